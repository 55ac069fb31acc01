/** Several confidences are one: a chain is as sure as its weakest part. */
import { type Confidence, CONFIDENCES } from "../model/mod.ts";

/** The least sure of several. */
export function leastSure(confidences: readonly Confidence[]): Confidence {
  return CONFIDENCES.findLast((confidence) => confidences.includes(confidence)) ?? "possible";
}
