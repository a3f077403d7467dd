package dev.verdict.bisection.step;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.exec.BodyInterpreter;
import dev.verdict.repops.exec.FoldTrace;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.RegisterType;
import java.util.ArrayList;
import java.util.List;

/// One run of a node's body, with what it read: the transition that a game comes down to.
///
/// @param acc acc_k, as a register
/// @param loads what LOAD and GATHER read inside their tensors, in order of execution
/// @param result acc_{k+1}, stored in the node's dtype and loaded again
record BodyRun(Node node, long step, long element, long position, long acc, List<Long> loads, long result) {
  /// Where the body reads, and what it throws where it can't.
  @FunctionalInterface
  interface Operands<X extends Exception> {
    long load(int input, long flatIndex) throws X;
  }

  /// Carries an operand's exception through the interpreter.
  private static final class Interrupted extends RuntimeException {
    Interrupted(Exception cause) {
      super(null, cause, false, false);
    }
  }

  /// Runs the body once. The node's limits must have been checked.
  @SuppressWarnings("unchecked") // Interrupted is made here, of X's alone.
  static <X extends Exception> BodyRun run(
      Node node, long step, long element, long position, long acc, Operands<X> operands) throws X {
    List<Long> loads = new ArrayList<>();
    try {
      long result = new FoldTrace(node, step, (input, flatIndex) -> {
        try {
          long register = operands.load(input, flatIndex);
          loads.add(register);
          return register;
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new Interrupted(e);
        }
      }).evaluate(element, position, acc);
      return new BodyRun(node, step, element, position, acc, List.copyOf(loads), result);
    } catch (Interrupted e) {
      throw (X) e.getCause();
    }
  }

  /// The bits of `register` as an element of `dtype` is stored, zero-extended.
  static long stored(DType dtype, long register) {
    long loaded = BodyInterpreter.stored(dtype, register);
    return dtype == DType.I32 ? loaded & 0xffffffffL : loaded;
  }

  /// Whether register `index` is an i64 rather than an f32.
  boolean isInteger(int index) {
    Instruction instruction = node.body().get(index);
    return switch (instruction.op()) {
      case LOAD, GATHER -> node.inputs().get(instruction.a()).dtype().isInteger();
      case ACC -> node.dtype().isInteger();
      case SELECT -> isInteger(instruction.b());
      default -> instruction.op().result() == RegisterType.I64;
    };
  }

  /// Register `index` after this run, all 64 bits of it: the body's beginning, run again, its result taken in halves.
  long register(int index) {
    List<Instruction> body = new ArrayList<>(node.body().subList(0, index + 1));
    long low = again(body);
    body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, 32));
    body.add(new Instruction(Opcode.IUSHR, index, index + 1, 0, 0));
    return isInteger(index) ? again(body) << 32 | low & 0xffffffffL : low & 0xffffffffL;
  }

  /// Where LOAD or GATHER `instruction` reads in its tensor, inside it or not.
  long flatIndex(Instruction instruction) {
    if (instruction.op() == Opcode.GATHER) {
      return register(instruction.b());
    }
    long[] outIndex = new long[node.out().rank()];
    long[] redIndex = new long[node.red().rank()];
    node.out().unflatten(element, outIndex);
    node.red().unflatten(position, redIndex);
    return node.inputs().get(instruction.a()).flatIndex(outIndex, redIndex);
  }

  private long again(List<Instruction> body) {
    List<Input> inputs = node.inputs();
    Shape out = node.out();
    Node prefix = new Node(node.label(), DType.I32, out, node.red(), node.initBits(), inputs, body);
    int[] next = new int[1];
    return new FoldTrace(prefix, step, (input, flatIndex) -> loads.get(next[0]++)).evaluate(element, position, acc);
  }
}
