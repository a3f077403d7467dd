package dev.verdict.repops.ir;

/// Where an input's tensor comes from (SPEC §3.1).
public sealed interface Source {
  /// The largest code.
  int MAX_KIND = 3;

  /// The code in a node's encoding.
  int kind();

  /// Which one of its kind.
  int index();

  /// The output of an earlier node.
  record NodeOutput(int index) implements Source {
    @Override
    public int kind() {
      return 0;
    }
  }

  /// A state slot, as it was before the step.
  record State(int index) implements Source {
    @Override
    public int kind() {
      return 1;
    }
  }

  /// A data set.
  record Data(int index) implements Source {
    @Override
    public int kind() {
      return 2;
    }
  }

  /// A constant tensor.
  record Const(int index) implements Source {
    @Override
    public int kind() {
      return 3;
    }
  }

  /// The source with this code and index. Throws [IllegalArgumentException] for another code.
  static Source of(int kind, int index) {
    return switch (kind) {
      case 0 -> new NodeOutput(index);
      case 1 -> new State(index);
      case 2 -> new Data(index);
      case 3 -> new Const(index);
      default -> throw new IllegalArgumentException("source kind must be 0 to 3, not " + kind);
    };
  }
}
