import { resolve } from "node:path";
import { defineConfig } from "vite";

/** The embeddable element: one classic script with a stable name, so that a host page needs one tag and nothing else. */
export default defineConfig({
  root: resolve(import.meta.dirname, "widget"),
  build: {
    outDir: resolve(import.meta.dirname, "dist"),
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    rolldownOptions: {
      input: resolve(import.meta.dirname, "widget/main.ts"),
      output: { format: "iife", entryFileNames: "widget.js", codeSplitting: false },
    },
  },
});
