/** Reed-Solomon over GF(2^8) with x^8 + x^4 + x^3 + x^2 + 1 (0x11d), as ISO/IEC 18004 §7.5 asks. */
export function multiply(a: number, b: number): number {
  let out = 0;
  for (let i = 7; i >= 0; i--) {
    out = (out << 1) ^ ((out >>> 7) * 0x11d);
    out ^= ((b >>> i) & 1) * a;
  }
  return out;
}

/** Coefficients of the generator polynomial of this degree, highest first, the leading 1 left out. */
export function generator(degree: number): Uint8Array {
  const out = new Uint8Array(degree);
  out[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) out[j] = multiply(out[j] ?? 0, root) ^ (out[j + 1] ?? 0);
    root = multiply(root, 2);
  }
  return out;
}

/** The error-correction codewords of one block. */
export function remainder(data: Uint8Array, divisor: Uint8Array): Uint8Array {
  const out = new Uint8Array(divisor.length);
  for (const byte of data) {
    const factor = byte ^ (out[0] ?? 0);
    out.copyWithin(0, 1);
    out[out.length - 1] = 0;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) ^ multiply(divisor[i] ?? 0, factor);
  }
  return out;
}
