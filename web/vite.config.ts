import { resolve } from "node:path";
import { defineConfig } from "vite";
import { compiledWords } from "./build/words-plugin.ts";

const page = (name: string): string => resolve(import.meta.dirname, "pages", `${name}.html`);

/** The pages, with hashed assets that may be cached for ever. */
export default defineConfig({
  root: resolve(import.meta.dirname, "pages"),
  plugins: [compiledWords()],
  build: {
    outDir: resolve(import.meta.dirname, "dist"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // a strict content policy allows no data: addresses
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index", "console", "supervisor", "settings", "design", "phone", "survey"].map(page) },
  },
  server: {
    fs: { allow: [import.meta.dirname] },
    proxy: { "^/(api|emulator|readyz|healthz)": { target: "http://127.0.0.1:8080", ws: true } },
  },
});
