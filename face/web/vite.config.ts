import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: [
      // tokens.css names its fonts as fonts/…; the files come from the pinned packages.
      { find: /^(?:\.\/)?fonts\/(ibm-plex-sans-arabic)-(.*)$/, replacement: '@fontsource/ibm-plex-sans-arabic/files/$1-$2' },
      { find: /^(?:\.\/)?fonts\/(ibm-plex-sans-latin.*)$/, replacement: '@fontsource/ibm-plex-sans/files/$1' },
    ],
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    // A font or picture inside the style sheet would need a wider content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1400,
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': 'http://127.0.0.1:8099' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node', reporters: ['default'] },
})
