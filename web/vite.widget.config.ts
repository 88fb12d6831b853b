import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { compiledWords, wordsBeside } from "./build/words-plugin.ts";

const words = (room: string): string => resolve(import.meta.dirname, room, "words");

/** Style sheets in templates reach the minifier as strings: their white space and comments are taken out here. */
const tightStyles: Plugin = {
  name: "tight-styles",
  transform(code, id) {
    if (!id.endsWith(".ts") || !code.includes("css`")) return null;
    const tight = (text: string): string =>
      text
        .replace(/\/\*.*?\*\//gs, "")
        .replace(/\s+/g, " ")
        .replace(/ ?([{};,]) ?/g, "$1");
    return { code: code.replace(/css`[^`]*`/g, tight), map: null };
  },
};

/** The embeddable element: one classic script with a stable name, so that a host page needs one tag and nothing else. */
export default defineConfig({
  root: resolve(import.meta.dirname, "widget"),
  plugins: [compiledWords(), wordsBeside("widget", words("widget"), words("survey")), tightStyles],
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
