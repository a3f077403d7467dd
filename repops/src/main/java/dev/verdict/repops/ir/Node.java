package dev.verdict.repops.ir;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.ArrayList;
import java.util.List;

/// Computes one tensor (SPEC §3.1): for each output index a fold of `body` over the reduction shape from `init`, or a
/// single evaluation where the reduction shape is empty (rank 0).
///
/// @param label a name for people, for example `MatMul`; ASCII, at most 32 characters, without meaning
/// @param initBits acc[0] as stored: f32 bits, an i32, or a u8 in the low byte; 0 where `red` is empty
/// @param body instruction i defines register i; the last is the result
public record Node(
    String label, DType dtype, Shape out, Shape red, int initBits, List<Input> inputs, List<Instruction> body) {
  public Node {
    inputs = List.copyOf(inputs);
    body = List.copyOf(body);
  }

  /// Whether it folds, that is, whether its body may read the accumulator.
  public boolean hasFold() {
    return red.rank() > 0;
  }

  /// K: how many times the body runs for one element.
  public long foldLength() {
    return red.numel();
  }

  /// The type of each register of the body. Throws [IllegalStateException] where the body doesn't type-check, which
  /// that of a valid program does.
  public List<RegisterType> registerTypes() {
    List<RegisterType> types = new ArrayList<>();
    for (RegisterType type : BodyTypes.infer(this)) {
      if (type == null) {
        throw new IllegalStateException("the body of " + label + " does not type-check at r" + types.size());
      }
      types.add(type);
    }
    return types;
  }

  /// acc[0] as a register holds it.
  public long initRegister() {
    return switch (dtype) {
      case F32 -> Float.floatToIntBits(Float.intBitsToFloat(initBits)) & 0xffffffffL;
      case I32 -> initBits;
      case U8 -> initBits & 0xffL;
    };
  }
}
