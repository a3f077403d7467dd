package dev.verdict.bisection.step;

import dev.verdict.bisection.game.GameState;
import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The one operation that a whole run came down to, for people.
///
/// @param step t
/// @param node j
/// @param label the node's name, for example `MatMul`
/// @param element e, in the node's output
/// @param position k, in the element's fold
/// @param instruction the last arithmetic instruction of the body, or its last one where it has no arithmetic
/// @param operands what it was applied to, in words: `0x3f800000` for an f32, `7` for an integer
/// @param operationResult what it gave
/// @param result acc_{k+1} as recomputed
/// @param claimed acc_{k+1} as the solver committed to it
public record DecidingOperation(
    long step, long node, String label, long element, long position, Opcode instruction, List<String> operands,
    String operationResult, String result, String claimed) {
  private static final Set<Opcode> NO_ARITHMETIC = EnumSet.of(
      Opcode.LOAD, Opcode.GATHER, Opcode.ACC, Opcode.CONST_F, Opcode.CONST_I, Opcode.INDEX, Opcode.STEP);

  public DecidingOperation {
    operands = List.copyOf(operands);
  }

  static DecidingOperation of(GameState state, Node node, long position, BodyRun run, long claimedBits) {
    List<Instruction> body = node.body();
    int last = body.size() - 1;
    while (last > 0 && NO_ARITHMETIC.contains(body.get(last).op())) {
      last--;
    }
    if (NO_ARITHMETIC.contains(body.get(last).op())) {
      last = body.size() - 1;
    }
    Instruction instruction = body.get(last);
    List<String> operands = new ArrayList<>();
    for (int register : registersOf(instruction)) {
      operands.add(inWords(run.isInteger(register), run.register(register)));
    }
    boolean integer = node.dtype().isInteger();
    return new DecidingOperation(
        state.step(), state.target(), node.label(), state.element(), position, instruction.op(), operands,
        inWords(run.isInteger(last), run.register(last)),
        inWords(integer, run.result()),
        inWords(integer, node.dtype() == DType.I32 ? (int) claimedBits : claimedBits));
  }

  private static List<Integer> registersOf(Instruction instruction) {
    return switch (instruction.op()) {
      case LOAD, ACC, CONST_F, CONST_I, INDEX, STEP -> List.of();
      case GATHER -> List.of(instruction.b());
      case SELECT -> List.of(instruction.a(), instruction.b(), instruction.c());
      default -> List.of(instruction.a(), instruction.b(), instruction.c())
          .subList(0, instruction.op().operands().size());
    };
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
