// How the console is built: one folder of static files, same origin as the API, nothing from elsewhere.
import vue from '@vitejs/plugin-vue';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';

const hub = loadEnv('development', '.', 'HUB_')['HUB_URL'] ?? 'http://127.0.0.1:8710';

export default defineConfig({
  plugins: [vue()],
  build: {
    outDir: '../static',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 1500, // the map is one lazy chunk
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': hub, '/sign-in': hub, '/ws': { target: hub, ws: true } } },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
});
