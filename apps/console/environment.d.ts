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

/** bpmn-js writes its types for bundlers that read CommonJS as modules; here are the doors that the console uses. */
declare module 'bpmn-js/lib/NavigatedViewer.js' {
  export default class NavigatedViewer<Doors> {
    constructor(options: { container: HTMLElement });
    importXML(xml: string): Promise<{ warnings: string[] }>;
    get<Name extends keyof Doors>(name: Name): Doors[Name];
    destroy(): void;
  }
}
declare module 'bpmn-js/lib/Modeler.js' {
  export default class Modeler<Doors> {
    constructor(options: { container: HTMLElement; moddleExtensions: Record<string, unknown> });
    importXML(xml: string): Promise<{ warnings: string[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml?: string }>;
    get<Name extends keyof Doors>(name: Name): Doors[Name];
    on(event: 'selection.changed' | 'commandStack.changed', hear: () => void): void;
    destroy(): void;
  }
}
