import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LOG_TINY, logGamma, logIncompleteBeta, negativeBinomialLogTail, normalLogTail, studentTLogTail, studentTQuantile } from "./special-functions.ts";

const positive = fc.double({ min: 0.05, max: 200, noNaN: true });

describe("against values from tables", () => {
  test("ln gamma", () => {
    expect(logGamma(1)).toBeCloseTo(0, 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 10);
  });

  test("normal tail: 1.96 is 2.5 %, 6 is 9.866e-10, and the far tail does not underflow", () => {
    expect(Math.exp(normalLogTail(1.959964))).toBeCloseTo(0.025, 7);
    expect(Math.exp(normalLogTail(6)) / 9.865876e-10).toBeCloseTo(1, 5);
    // Mills' ratio at 30.
    expect(normalLogTail(30)).toBeCloseTo(-450 - Math.log(30 * Math.sqrt(2 * Math.PI)) + Math.log1p(-1 / 900), 4);
    expect(Math.exp(normalLogTail(-1.959964))).toBeCloseTo(0.975, 6);
  });

  test("Student's t: 2.228 with 10 degrees is 2.5 %, with 1 degree it is Cauchy", () => {
    expect(Math.exp(studentTLogTail(2.228139, 10))).toBeCloseTo(0.025, 6);
    expect(Math.exp(studentTLogTail(3, 1))).toBeCloseTo(0.5 - Math.atan(3) / Math.PI, 8);
    expect(Math.exp(studentTLogTail(-3, 1))).toBeCloseTo(0.5 + Math.atan(3) / Math.PI, 8);
  });

  test("negative binomial with shape 1 is geometric", () => {
    // mean 4: success probability 1/5, P(X >= 3) = 0.8^3.
    expect(Math.exp(negativeBinomialLogTail(3, 1, 4))).toBeCloseTo(0.512, 9);
  });
});

describe("for any argument", () => {
  test("the incomplete beta and its complement make 1", () => {
    fc.assert(
      fc.property(positive, positive, fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), (a, b, x) => {
        const sum = Math.exp(logIncompleteBeta(a, b, x)) + Math.exp(logIncompleteBeta(b, a, 1 - x));
        expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
      }),
    );
  });

  test("tails fall, and stay within the range of a double", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 10, noNaN: true }), positive, (t, step, nu) => {
        for (const tail of [studentTLogTail(t, nu) - studentTLogTail(t + step, nu), normalLogTail(t) - normalLogTail(t + step)])
          expect(tail).toBeGreaterThanOrEqual(-1e-6);
        expect(studentTLogTail(t, nu)).toBeGreaterThanOrEqual(LOG_TINY);
        expect(studentTLogTail(t, nu)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("the quantile of t undoes its tail", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), fc.double({ min: 1, max: 100, noNaN: true }), (tail, nu) => {
        expect(Math.exp(studentTLogTail(studentTQuantile(tail, nu), nu))).toBeCloseTo(tail, 5);
      }),
    );
  });
});
