package dev.verdict.repops.ir;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;

/// A state slot: a tensor that one step hands to the next (SPEC §3.2).
///
/// @param next the node that gives its next value, or [#UNCHANGED]
public record Slot(String name, DType dtype, Shape shape, int next) {
  /// The `next` of a slot that no node updates.
  public static final int UNCHANGED = -1;
}
