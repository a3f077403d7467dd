package dev.verdict.repops.op;

import dev.verdict.repops.ir.Source;

/// What a value views.
sealed interface Storage {
  /// A stored tensor; a node's index is the graph builder's, before dead nodes are removed.
  record Stored(Source source, long numel) implements Storage {}

  /// One number everywhere: written into the bodies that use it. The bits of an f32, or an integer.
  record Literal(int bits) implements Storage {}
}
