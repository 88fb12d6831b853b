/** Speech recognition, where the browser has it: final words only, for as long as it is switched on. */

interface Recognition {
  continuous: boolean;
  lang: string;
  onresult:
    | ((event: {
        resultIndex: number;
        results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
      }) => void)
    | null;
  onend: (() => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  start(): void;
  abort(): void;
}

const FATAL = ["not-allowed", "service-not-allowed", "audio-capture", "language-not-supported"];

export class Ears {
  #recognition: Recognition | null = null;

  constructor(
    private readonly heard: (words: string) => void,
    private readonly changed: () => void,
  ) {}

  static get exist(): boolean {
    return maker() !== undefined;
  }

  get areOpen(): boolean {
    return this.#recognition !== null;
  }

  open(language: string): void {
    const Maker = maker();
    if (!Maker || this.#recognition) return;
    const recognition = new Maker();
    recognition.continuous = true;
    recognition.lang = language;
    recognition.onresult = (event) => {
      const result = event.results[event.resultIndex];
      const words = result?.isFinal ? result[0]?.transcript.trim() : "";
      if (words) this.heard(words);
    };
    recognition.onerror = ({ error }) => {
      if (FATAL.includes(error)) this.close();
    };
    // Browsers end recognition after a silence; a telephone goes on listening.
    recognition.onend = () => {
      if (this.#recognition === recognition) recognition.start();
    };
    this.#recognition = recognition;
    recognition.start();
    this.changed();
  }

  close(): void {
    const recognition = this.#recognition;
    this.#recognition = null;
    recognition?.abort();
    this.changed();
  }
}

function maker(): (new () => Recognition) | undefined {
  const known = window as unknown as Record<string, (new () => Recognition) | undefined>;
  return known.SpeechRecognition ?? known.webkitSpeechRecognition;
}
