import { css, html, LitElement, type TemplateResult, unsafeCSS } from "lit";
import uPlot from "uplot";
import uPlotStyles from "uplot/dist/uPlot.min.css?inline";

export interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

const COLOURS = ["--hf-accent", "--hf-brass", "--hf-good", "--hf-bad", "--hf-ink-3"];
const HEIGHT = 260;

/** Lines over time. What it shows stands in a table too: to a screen reader it is a picture with its description. */
export class Chart extends LitElement {
  static override styles = [
    unsafeCSS(uPlotStyles),
    css`
      :host { display: block; min-width: 0; direction: ltr; /* time runs from left to right on it, as on every chart */ }
      .uplot { font-family: var(--hf-font); }
      .u-legend { font-size: 13px; color: var(--hf-ink-2); }
      .u-legend .u-marker { border-radius: 3px; }
    `,
  ];
  static override properties = {
    at: { attribute: false },
    atName: { attribute: false },
    span: { attribute: false },
    series: { attribute: false },
    write: { attribute: false },
    writeAt: { attribute: false },
    description: {},
  };

  /** Instants in seconds since the epoch, rising. */
  declare at: readonly number[];
  /** What an instant is called. */
  declare atName: string;
  /** From when to when is drawn. */
  declare span: readonly [number, number];
  declare series: readonly Series[];
  /** How a value is written. */
  declare write: (value: number | null) => string;
  /** How an instant, in seconds since the epoch, is written. */
  declare writeAt: (seconds: number) => string;
  declare description: string;
  #plot: uPlot | null = null;
  readonly #resizing = new ResizeObserver(() => this.#fit());

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizing.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  protected override render(): TemplateResult {
    return html`<div class="box" role="img" aria-label=${this.description} data-testid="chart"></div>`;
  }

  protected override updated(): void {
    const box = this.renderRoot.querySelector<HTMLElement>(".box");
    if (!box) return;
    this.#plot?.destroy();
    const data = [this.at, ...this.series.map(({ values }) => values)] as unknown as uPlot.AlignedData;
    this.#plot = new uPlot(this.#options(box.clientWidth), data, box);
    this.#resizing.disconnect();
    this.#resizing.observe(box);
  }

  #options(width: number): uPlot.Options {
    const style = getComputedStyle(this);
    const colour = (name: string): string => style.getPropertyValue(name).trim() || "#888";
    const axis = { stroke: colour("--hf-ink-2"), grid: { stroke: colour("--hf-line"), width: 1 }, ticks: { show: false } };
    const values = (_: uPlot, ticks: number[]): string[] => ticks.map((tick) => this.write(tick));
    return {
      width: Math.max(280, width),
      height: HEIGHT,
      cursor: { drag: { x: false, y: false } },
      scales: { x: { range: () => [...this.span] }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.08 : 1] } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => this.writeAt(tick)), space: this.#widest() }, { ...axis, values, size: 64 }],
      series: [
        { label: this.atName, value: (_, at) => (Number.isFinite(at) ? this.writeAt(at) : "–") },
        ...this.series.map(
          ({ name }, n): uPlot.Series => ({
            label: name,
            stroke: colour(COLOURS[n % COLOURS.length] ?? "--hf-accent"),
            // A second sign besides the colour, for those to whom colours look alike.
            dash: n === 0 ? [] : [8 - Math.min(6, n * 2), 4],
            width: 2,
            points: { show: this.at.length < 60, size: 6 },
            value: (_, value) => this.write(value),
          }),
        ),
      ],
    };
  }

  /** Room for an instant as it is written in this language, so that no two of them touch. */
  #widest(): number {
    return 24 + 7 * Math.max(0, ...this.at.map((at) => this.writeAt(at).length));
  }

  #fit(): void {
    const box = this.renderRoot.querySelector<HTMLElement>(".box");
    if (box && this.#plot) this.#plot.setSize({ width: Math.max(280, box.clientWidth), height: HEIGHT });
  }
}

if (!customElements.get("hf-chart")) customElements.define("hf-chart", Chart);
