import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [react()],
  build: {
    outDir: here('../../dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // The reviewer's page stands by itself: a device handed over loads nothing of the console.
    rollupOptions: { input: { console: here('index.html'), review: here('review/index.html') } },
    // The decision-diagram viewer and the charts are loaded only by the screens that draw them.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    port: 5173,
    // Not all of `/api`: the console's own folder of that name is served from there.
    proxy: { '/api/v1': `http://localhost:${process.env['PORT'] ?? '8080'}` },
  },
});
