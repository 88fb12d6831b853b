import js from "@eslint/js";
import lit from "eslint-plugin-lit";
import tseslint from "typescript-eslint";
import { literalText } from "./build/literal-text.js";

export default tseslint.config(
  { ignores: ["dist/", "node_modules/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  lit.configs["flat/recommended"],
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 50 }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      // Numbers in templates are positions, counts and lengths: they read well as they are.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Lit's event handlers are methods and arrows that return nothing.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["**/*.test.ts"],
    plugins: { words: { rules: { "literal-text": literalText } } },
    rules: { "words/literal-text": "error" },
  },
  {
    files: ["**/*.test.ts"],
    rules: { "max-lines-per-function": "off" }, // a describe block is a list of sentences
  },
  { files: ["**/*.js"], ...tseslint.configs.disableTypeChecked },
);
