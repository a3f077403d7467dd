package dev.verdict.repops.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The types of a body's registers (SPEC §3.1.1), as far as each is determined.
final class BodyTypes {
  private BodyTypes() {}

  /// Null stands for a register whose type can't be told, because an operand of it isn't there. A register of the wrong
  /// type as an operand leaves the result's type as the opcode has it, so that one mistake is reported once.
  static List<@Nullable RegisterType> infer(Node node) {
    List<@Nullable RegisterType> types = new ArrayList<>();
    for (Instruction i : node.body()) {
      types.add(switch (i.op()) {
        case LOAD, GATHER ->
          i.a() < node.inputs().size() ? RegisterType.of(node.inputs().get(i.a()).dtype()) : null;
        case ACC -> RegisterType.of(node.dtype());
        case SELECT -> i.b() < types.size() ? types.get(i.b()) : null;
        default -> i.op().result();
      });
    }
    return types;
  }

  /// The types that the registers which `instruction` reads must have, in order; `types` are those of the registers
  /// before it.
  static List<@Nullable RegisterType> expected(Instruction instruction, List<@Nullable RegisterType> types) {
    return switch (instruction.op()) {
      case LOAD, ACC -> List.of();
      case GATHER -> List.of(RegisterType.I64);
      case SELECT -> {
        List<@Nullable RegisterType> expected = new ArrayList<>();
        RegisterType either = instruction.b() < types.size() ? types.get(instruction.b()) : null;
        expected.add(RegisterType.I64);
        expected.add(either);
        expected.add(either);
        yield expected;
      }
      default -> new ArrayList<>(instruction.op().operands());
    };
  }
}
