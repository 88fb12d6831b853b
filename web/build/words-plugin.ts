/**
 * Compiles the texts of `words/<language>.ts` when the pages are built; tests and the development server use it as well. Such a file
 * imports nothing but types: what rooms share is put together in their `index.ts`.
 */
import { readdirSync, readFileSync } from "node:fs";
import compile from "icu-minify/compile";
import { type Plugin, transformWithOxc } from "vite";

const CATALOGUE = /\/words\/[a-z]{2,3}(-[A-Za-z]+)?\.ts$/u;
/** How `icu-minify` marks select, plural and selectordinal; a 0 in that place is a plural's own figure amid its text. */
const CHOICES: readonly unknown[] = [1, 2, 3];
const LANGUAGE = /^([a-z]{2,3})\.ts$/u;
const RIGHT_TO_LEFT = /\/words\/(ar|fa|he|ur)\b/u;

/** One text as data that `icu-minify/format` fills. Throws, with the reason, where it is no ICU message. */
export function compiled(text: string, isIsolating = false): unknown {
  const nodes = compile(text) as unknown;
  return isIsolating ? isolated(nodes) : nodes;
}

/**
 * Sets what is filled in apart from the text around it (FSI … PDI), so that a name in another script cannot turn a sentence that is
 * written from right to left.
 */
function isolated(node: unknown): unknown {
  if (!Array.isArray(node)) return node;
  const [name, kind, branches] = node as [unknown, unknown, Record<string, unknown>];
  if (typeof name === "string" && CHOICES.includes(kind))
    return [name, kind, Object.fromEntries(Object.entries(branches).map(([key, branch]) => [key, isolated(branch)]))];
  return node.flatMap((part: unknown) => (isArgument(part) ? ["\u2068", part, "\u2069"] : [isolated(part)]));
}

const isArgument = (node: unknown): boolean => Array.isArray(node) && node.length === 1 && typeof node[0] === "string";

/** As source. Choices have no prototype: a word from the wire like `constructor` must find no branch of that name. */
function source(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(source).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}:${source(field)}`);
  return `{__proto__:null,${fields.join()}}`;
}

/** The records that a catalogue exports, with each text compiled. Throws with key and text where one is no ICU message. */
async function records(code: string, id: string): Promise<[string, Record<string, unknown>][]> {
  const plain = await transformWithOxc(code, id);
  const module = (await import(`data:text/javascript,${encodeURIComponent(plain.code)}`)) as Record<string, object>;
  const isIsolating = RIGHT_TO_LEFT.test(id);
  return Object.entries(module).map(([name, texts]) => {
    const all = Object.entries(texts as Record<string, string>).map(([key, text]) => {
      try {
        return [key, compiled(text, isIsolating)] as const;
      } catch (error) {
        throw new Error(`${key}: no ICU message: ${text}`, { cause: error });
      }
    });
    return [name, Object.fromEntries(all)];
  });
}

export async function compiledModule(code: string, id: string): Promise<string> {
  const all = await records(code, id);
  return all.map(([name, texts]) => `export const ${name} = ${source(texts)};`).join("\n");
}

/**
 * Every language but English as a file of its own, `<prefix>-<language>.json`, for a script that cannot be split: the texts of all
 * these folders together.
 */
export function wordsBeside(prefix: string, ...folders: readonly string[]): Plugin {
  return {
    name: "words-beside",
    async generateBundle() {
      const languages = new Set(folders.flatMap((folder) => readdirSync(folder)).map((name) => LANGUAGE.exec(name)?.[1]));
      for (const language of languages) {
        if (language === undefined || language === "en") continue;
        const texts = await Promise.all(
          folders.map(async (folder) => {
            const path = `${folder}/${language}.ts`;
            return (await records(readFileSync(path, "utf8"), path))[0]?.[1];
          }),
        );
        const source = JSON.stringify(Object.assign({}, ...texts));
        this.emitFile({ type: "asset", fileName: `${prefix}-${language}.json`, source });
      }
    },
  };
}

export function compiledWords(): Plugin {
  return {
    name: "compiled-words",
    enforce: "pre",
    async transform(code, id) {
      return CATALOGUE.test(id) ? { code: await compiledModule(code, id), map: null } : null;
    },
  };
}
