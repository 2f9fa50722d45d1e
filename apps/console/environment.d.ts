/// <reference types="vite/client" />

/** dmn-js ships no types; the console uses only these doors of its viewer. */
declare module 'dmn-js/lib/NavigatedViewer.js' {
  interface View {
    id: string;
    name: string;
    type: string;
    element: { id: string };
  }
  export default class NavigatedViewer {
    constructor(options: { container: HTMLElement });
    importXML(xml: string): Promise<{ warnings: unknown[] }>;
    getViews(): View[];
    getActiveView(): View | undefined;
    open(view: View): Promise<unknown>;
    getActiveViewer(): { get(name: string): { zoom(level: 'fit-viewport', center?: 'auto'): void } } | undefined;
    destroy(): void;
  }
}
