/** The tenant's articles, found by words. */
import type { Article } from "../shared/agent-wire";

const SHOWN = 12;

/** Lower case, without accents, in words of letters and digits. */
function words(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * The articles that have every word that was typed, or one that begins with it; those that have them in the title first. All of
 * them while nothing is typed.
 */
export function found(articles: readonly Article[], typed: string): readonly Article[] {
  const sought = words(typed);
  const ranked = articles.flatMap((article) => {
    const [title, text] = [words(article.title), words(article.text)];
    const ranks = sought.map((word) => {
      const begins = (other: string): boolean => other.startsWith(word);
      return title.some(begins) ? 2 : text.some(begins) ? 1 : 0;
    });
    return ranks.some((rank) => rank === 0) ? [] : [{ article, rank: ranks.reduce<number>((sum, rank) => sum + rank, 0) }];
  });
  return ranked
    .sort((a, b) => b.rank - a.rank || a.article.title.localeCompare(b.article.title))
    .slice(0, SHOWN)
    .map(({ article }) => article);
}
