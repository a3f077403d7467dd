package dev.verdict.repops.conformance;

import dev.verdict.repops.ir.Opcode;
import java.util.Locale;

/// One line of the catalogue: something that has one right answer.
public sealed interface Entry permits Entry.Primitive, Entry.Function, OperatorCase {
  /// What kinds there are, in the order in which one builds on the other.
  enum Kind {
    PRIMITIVE,
    FUNCTION,
    OPERATOR;

    /// As it is printed and published.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Kind kind();

  /// Unique within its kind.
  String name();

  /// What is computed; made anew at each call.
  Sample sample();

  /// The name that is published: `KIND/NAME`.
  default String key() {
    return kind() + "/" + name();
  }

  /// An instruction (SPEC §3.1.1) over a grid of edge values.
  record Primitive(Opcode op) implements Entry {
    @Override
    public Kind kind() {
      return Kind.PRIMITIVE;
    }

    @Override
    public String name() {
      return op.name();
    }

    @Override
    public Sample sample() {
      return Primitives.sample(op);
    }
  }

  /// An elementary function (SPEC §2.3) over all exponents and its hardest inputs.
  record Function(Opcode op) implements Entry {
    public Function {
      if (!op.isElementary()) {
        throw new IllegalArgumentException(op + " is no elementary function");
      }
    }

    @Override
    public Kind kind() {
      return Kind.FUNCTION;
    }

    @Override
    public String name() {
      return op.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Sample sample() {
      return Functions.sample(op);
    }
  }
}
