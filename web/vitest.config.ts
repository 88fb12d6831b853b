import { defineConfig } from "vitest/config";
import { compiledWords } from "./build/words-plugin.ts";

export default defineConfig({
  plugins: [compiledWords()],
  test: { include: ["*/**/*.test.ts"], environment: "node", exclude: ["node_modules/**", "dist/**"] },
});
