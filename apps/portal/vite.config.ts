import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/apply/',
  plugins: [react()],
  build: {
    outDir: here('../../dist/portal'),
    emptyOutDir: true,
    // Phones in villages are old: what WebViews of 2021 can read.
    target: ['chrome87', 'safari14'],
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5174,
    proxy: { '/api/v1': `http://localhost:${process.env['PORT'] ?? '8080'}` },
  },
});
