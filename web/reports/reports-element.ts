import { html, LitElement, nothing, type TemplateResult } from "lit";
import { controls } from "../shared/controls";
import { save } from "../shared/files";
import * as icons from "../shared/icons";
import { ask, refusalIn, Refused } from "../shared/request";
import { type Asked, askedIn, contactsHash, rangeOf, reportAddress, reportHash } from "./address";
import "./chart-element";
import { curves } from "./curves";
import { csv, parquet } from "./export";
import { type Figure, figuresOf, groupsOf, kindOf, written } from "./figures";
import { type Labels, learnedOf } from "./labels";
import { reportStyles } from "./styles/reports";
import { isTimed, nameOf, type SayReports, type View } from "./view";
import { choice } from "./views/choice";
import { groups, table, value } from "./views/table";
import { asReport, type Report, type Rules } from "./wire";

const TILES: readonly Figure[] = [
  "entered",
  "service_level",
  "asa_seconds",
  "abandonment_rate",
  "containment_rate",
  "adoption_rate",
  "coverage",
  "csat",
];

const QUICK_MS = 7 * 86_400_000;

/** Reports over any range: tiles for the whole, a chart over time, the table, and all of it as a file. */
export class Reports extends LitElement {
  static override styles = [controls, reportStyles];
  static override properties = { say: { attribute: false }, locale: {}, queues: { attribute: false }, query: {} };

  declare say: SayReports;
  declare locale: string;
  declare queues: ReadonlyMap<string, string>;
  /** What is asked for, as the page's address has it. */
  declare query: string;
  #report: Report | null = null;
  #labels: Labels = new Map();
  #trouble: string | null = null;
  /** The column whose formula is told above the table. */
  #explained: Figure | null = null;
  #asked = 0;
  #shown = "";

  protected override willUpdate(): void {
    const { range, by, only } = this.#view.asked;
    const shown = JSON.stringify([range, by, only]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    void this.#look();
  }

  get #view(): View {
    const { say, locale } = this;
    const asked = askedIn(new URLSearchParams(this.query));
    return { say, locale, queues: this.#queues, labels: this.#labels, isComing: this.#isComing, asked, turn: (change) => this.#turn({ ...asked, ...change }) };
  }

  /** The report knows the lines' names too: it waits for nothing else. */
  get #queues(): ReadonlyMap<string, string> {
    return this.queues.size > 0 ? this.queues : new Map(Object.entries(this.#report?.queues ?? {}));
  }

  get #isComing(): boolean {
    return this.#report?.has_percentiles === false;
  }

  /** Asked for once more, it is counted once more. */
  #turn(asked: Asked): void {
    const hash = reportHash(asked);
    if (location.hash === hash) void this.#look();
    else location.hash = hash;
  }

  protected override render(): TemplateResult {
    const { say } = this;
    const [view, report] = [this.#view, this.#report];
    return html`<section aria-label=${say("reports.title")}>
      <div class="choice">${choice(view)}<span class="gap"></span>${this.#ways(view)}</div>
      <div role="status">${this.#trouble === null ? nothing : html`<p class="notice bad" data-testid="report-trouble">${icons.warning(18)}${this.#trouble}</p>`}
        ${report?.is_complete === false ? html`<p class="notice" data-testid="incomplete">${icons.warning(18)}${say("incomplete")}</p>` : nothing}</div>
      ${report === null ? html`<p class="quiet" aria-busy="true">${say("report.asking")}</p>` : this.#told(view, report)}
    </section>`;
  }

  /** Ways to take it along. */
  #ways(view: View): TemplateResult {
    const { say } = this;
    const [report, isEmpty] = [this.#report, this.#report === null || this.#isComing];
    const name = (ending: string): string => `holdfast-${report?.by ?? ""}-${report?.from.slice(0, 10) ?? ""}.${ending}`;
    const asCsv = (): void => {
      if (report) save(name("csv"), `\uFEFF${csv(report, (row) => nameOf(view, row))}`, "text/csv");
    };
    const asParquet = async (): Promise<void> => {
      if (report) save(name("parquet"), await parquet(report, (row) => nameOf(view, row)), "application/vnd.apache.parquet");
    };
    return html`<button class="button small" data-testid="csv" ?disabled=${isEmpty} @click=${asCsv}>${icons.download(16)}${say("csv")}</button>
      <button class="button small" data-testid="parquet" ?disabled=${isEmpty} @click=${() => void asParquet()}>${icons.download(16)}${say("parquet")}</button>
      <button class="button small" data-testid="print" @click=${() => print()}>${say("print")}</button>`;
  }

  #told(view: View, report: Report): TemplateResult {
    const { say } = this;
    const total = (figure: Figure): TemplateResult =>
      value(view, report.total, figure, contactsHash(figure, report.from, report.to, view.asked.only));
    return html`<p class="stretch"><span data-testid="stretch">${this.#stretch(report)}</span>
      <span class="quiet" role="status">${this.#isComing && this.#trouble === null ? html`<span data-testid="coming">${say("report.coming")}</span>` : nothing}</span></p>
    <dl class="tiles" data-testid="tiles">${TILES.map(
      (figure) => html`<div><dt>${this.#name(figure, "tile")}</dt>
        <dd class="num" data-testid="tile-${figure}">${total(figure)}</dd></div>`,
    )}</dl>
    ${report.rows.length === 0 ? html`<p class="quiet none" data-testid="report-none">${say("report.none")}</p>` : this.#rows(view, report)}
    ${report.rules ? html`<p class="quiet rules" data-testid="rules">${this.#rules(report.rules)}</p>` : nothing}`;
  }

  #rows(view: View, report: Report): TemplateResult {
    const { say } = this;
    return html`${isTimed(report) ? this.#chart(view, report) : nothing}${groups(view)}
      <p class="quiet explained" data-testid="formula">${this.#explained === null ? say("formula.hint") : html`<b>${say(this.#explained)}</b>: ${say(`formula.${this.#explained}`)}`}</p>
      ${table(view, report, (figure) => this.#name(figure, "column"))}`;
  }

  #stretch({ from, to }: Report): string {
    const time = new Intl.DateTimeFormat(this.locale, { dateStyle: "medium", timeStyle: "short" });
    return time.formatRange(new Date(from), new Date(to));
  }

  #rules({ short_abandon_seconds: seconds, target_seconds: targets }: Rules): string {
    const each = Object.entries(targets).map(([queue, target]) =>
      this.say("rules.target", { line: this.#queues.get(queue) ?? queue, seconds: target }),
    );
    return this.say("rules", { targets: new Intl.ListFormat(this.locale).format(each), seconds });
  }

  #chart(view: View, report: Report): TemplateResult {
    const { say, locale } = this;
    const { drawn } = view.asked;
    const { at, lines } = curves(report, drawn);
    const series = [...lines].map(([queue, values]) => ({ name: this.#queues.get(queue) ?? queue, values }));
    const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    const tick = new Intl.DateTimeFormat(
      locale,
      report.by === "hour" ? { weekday: "short", hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" },
    );
    const [from, to] = [time.format(new Date(report.from)), time.format(new Date(report.to))];
    return html`<div class="chart">
      <label><span class="quiet">${say("chart.figure")}</span><select class="input" data-testid="drawn"
        @change=${(event: Event) => view.turn({ drawn: (event.target as HTMLSelectElement).value as Figure })}>
        ${groupsOf(report.by).map((group) => html`<optgroup label=${say(`group.${group}`)}>${figuresOf(group).map((figure) => html`<option value=${figure} ?selected=${figure === drawn}>${say(figure)}</option>`)}</optgroup>`)}
      </select></label>
      <hf-chart .at=${at} .atName=${say("range")} .span=${[Date.parse(report.from) / 1000, Date.parse(report.to) / 1000]} .series=${series} .write=${(number: number | null) => written(number, kindOf(drawn), locale)}
        .writeAt=${(seconds: number) => tick.format(seconds * 1000)}
        .description=${say("chart", { figure: say(drawn), from, to })}></hf-chart>
    </div>`;
  }

  /** A figure's name, with its formula for whoever points at it or focuses it. */
  #name(figure: Figure, where: string): TemplateResult {
    const id = `${where}-${figure}`;
    const explain = (): void => {
      if (where !== "column" || this.#explained === figure) return;
      this.#explained = figure;
      this.requestUpdate();
    };
    return html`<span class="figure" tabindex="0" aria-describedby=${id} data-testid="name-${figure}" @mouseenter=${explain}
      @focus=${explain}>${this.say(figure)}<span class=${where === "column" ? "unseen" : "tip"} role="tooltip"
      id=${id}>${this.say(`formula.${figure}`)}</span></span>`;
  }

  /** Only the answer to what was asked last is shown. */
  async #look(): Promise<void> {
    const asked = (this.#asked += 1);
    const { asked: wanted } = this.#view;
    const range = rangeOf(wanted);
    // Percentiles need every single wait: of a long time they come when the rest is there.
    const first = Number(range.to) - Number(range.from) > QUICK_MS ? [false, true] : [true];
    try {
      for (const percentiles of first) {
        const report = asReport(await ask(reportAddress(range, wanted.by, wanted.only, percentiles)));
        if (asked !== this.#asked) return;
        [this.#report, this.#trouble] = [report ?? this.#report, null];
        if (report) this.#labels = learnedOf(this.#labels, report, { say: this.say, queues: this.#queues });
        this.requestUpdate();
      }
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#trouble = error instanceof Refused ? this.say("report.refused", { ...refusalIn(error) }) : this.say("report.trouble");
    }
    this.requestUpdate();
  }
}

if (!customElements.get("hf-reports")) customElements.define("hf-reports", Reports);
