/** A report as a file: every row with every figure, as it was counted. */
import { type Figure, figuresOf, groupsOf, kindOf, valueOf } from "./figures";
import type { Report, Row } from "./wire";

/** What a row is about, as a person reads it. */
export type NameOf = (row: Row) => string;

/** A cell that a table program takes as text or number and never as a formula. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const tame = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\n\r]/u.test(tame) ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** What the rows are told apart by: by time they are the lines'. */
export const keyOf = ({ by }: Report): string => (["hour", "day", "week"].includes(by) ? "queue" : by);

const figures = (report: Report): readonly Figure[] => groupsOf(report.by).flatMap(figuresOf);

export function csv(report: Report, nameOf: NameOf): string {
  const head = ["at", keyOf(report), ...figures(report)];
  const lines = report.rows.map((row) => [
    row.at,
    nameOf(row),
    ...figures(report).map((figure) => valueOf(row, figure)),
  ]);
  return `${[head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** The same columns with their types: instants, text, whole numbers and others. The writer comes when it is asked for. */
export async function parquet(report: Report, nameOf: NameOf): Promise<ArrayBuffer> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const numbers = figures(report).map((figure) => {
    const values = report.rows.map((row) => valueOf(row, figure));
    return kindOf(figure) === "count"
      ? ({ name: figure, type: "INT32", data: values } as const)
      : ({ name: figure, type: "DOUBLE", data: values } as const);
  });
  return parquetWriteBuffer({
    columnData: [
      { name: "at", type: "TIMESTAMP", nullable: false, data: report.rows.map((row) => new Date(row.at)) },
      { name: keyOf(report), type: "STRING", nullable: false, data: report.rows.map(nameOf) },
      ...numbers,
    ],
    createdBy: "Holdfast",
  });
}
