import { type Figure, valueOf } from "./figures";
import type { Report } from "./wire";

/** Rows by time as a chart takes them: the instants in seconds, and one line of values for each queue. */
export function curves(report: Report, figure: Figure): { at: number[]; lines: Map<string, (number | null)[]> } {
  const instants = [...new Set(report.rows.map((row) => row.at))].sort((a, b) => Date.parse(a) - Date.parse(b));
  const index = new Map(instants.map((at, n) => [at, n]));
  const lines = new Map<string, (number | null)[]>();
  for (const row of report.rows) {
    const line = lines.get(row.queue ?? "") ?? instants.map(() => null);
    line[index.get(row.at) ?? 0] = valueOf(row, figure);
    lines.set(row.queue ?? "", line);
  }
  return { at: instants.map((at) => Date.parse(at) / 1000), lines };
}
