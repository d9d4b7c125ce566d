export interface DecodedCode {
  text: string;
  format: string;
  /** Corners in pixels of the picture that was handed in. */
  box: { left: number; top: number; right: number; bottom: number };
}

/**
 * How much may be done for a picture, counted in pixels and never in time: the same picture gets the same tries on a busy machine. One decoded pixel is 1, a
 * pixel that is only worked on a fifth; 1 million are 40-80 ms of a processor.
 */
export class DecodeWork {
  #left: number;

  constructor(pixels: number) {
    this.#left = pixels;
  }

  get left(): number {
    return this.#left;
  }

  spend(pixels: number): void {
    this.#left -= pixels;
  }
}
