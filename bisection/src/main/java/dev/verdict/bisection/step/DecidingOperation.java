package dev.verdict.bisection.step;

import dev.verdict.bisection.game.GameState;
import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The one operation that a whole run came down to, for people.
///
/// @param step t
/// @param node j
/// @param label the node's name, for example `MatMul`
/// @param element e, in the node's output
/// @param position k, in the element's fold
/// @param instruction the last of the body, which gives its result
/// @param operands what it was applied to, in words: `0x3f800000` for an f32, `7` for an integer; for LOAD and GATHER the
///     input and the element
/// @param operationResult what it gave
/// @param result acc_{k+1} as recomputed
/// @param claimed acc_{k+1} as the solver committed to it
public record DecidingOperation(
    long step, long node, String label, long element, long position, Opcode instruction, List<String> operands,
    String operationResult, String result, String claimed) {
  public DecidingOperation {
    operands = List.copyOf(operands);
  }

  static DecidingOperation of(GameState state, Node node, long position, BodyRun run, long claimedBits) {
    int last = node.body().size() - 1;
    Instruction instruction = node.body().get(last);
    boolean integer = node.dtype().isInteger();
    return new DecidingOperation(
        state.step(), state.target(), node.label(), state.element(), position, instruction.op(),
        operands(instruction, run),
        inWords(run.isInteger(last), run.register(last)),
        inWords(integer, run.result()),
        inWords(integer, node.dtype() == DType.I32 ? (int) claimedBits : claimedBits));
  }

  private static List<String> operands(Instruction instruction, BodyRun run) {
    return switch (instruction.op()) {
      case LOAD, GATHER -> List.of("input " + instruction.a(), Long.toString(run.flatIndex(instruction)));
      case CONST_F -> List.of(inWords(false, instruction.imm()));
      case CONST_I -> List.of(inWords(true, instruction.imm()));
      case INDEX -> List.of(Integer.toString(instruction.a()));
      case ACC, STEP -> List.of();
      case SELECT -> inWords(run, instruction.a(), instruction.b(), instruction.c());
      default -> inWords(run, instruction.a(), instruction.b(), instruction.c())
          .subList(0, instruction.op().operands().size());
    };
  }

  private static List<String> inWords(BodyRun run, int... registers) {
    List<String> words = new ArrayList<>();
    for (int register : registers) {
      words.add(inWords(run.isInteger(register), run.register(register)));
    }
    return words;
  }

  private static String inWords(boolean integer, long register) {
    return integer ? Long.toString(register) : String.format(Locale.ROOT, "0x%08x", (int) register);
  }

  /// For example `fma(0x3e9a0000, 0xbf010000, 0x40110000) = 0x40100000, claimed 0x40100001`.
  public String operation() {
    String applied = instruction.name().toLowerCase(Locale.ROOT) + "(" + String.join(", ", operands) + ") = "
        + operationResult;
    return operationResult.equals(result)
        ? applied + ", claimed " + claimed
        : applied + ", stored as " + result + ", claimed " + claimed;
  }

  /// The operation and where it stands in the run.
  @Override
  public String toString() {
    return "step " + step + ", node " + node + " " + label + ", element " + element + ", k " + position + ": "
        + operation();
  }
}
