package dev.verdict.it.testing;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.Source;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What the calldata of a step proof (SPEC §7.1) costs at most, from the program alone: proofs of models of any size
/// can be bounded without running them.
///
/// Calldata has a floor price (EIP-7623): 10 gas for a zero byte, 40 for another, above 21,000. A proof's bytes are
/// mostly hashes and floats, and the execution costs less than the floor leaves room for, so the floor is the price.
/// Every byte of a chunk or hash is taken not to be zero.
public final class ProofCalldata {
  private static final int HASH = 32;
  /// A state in OPEN_NODE has 32 words, of them six hashes (roots of program, checkpoints, steps, trace and slots), two
  /// addresses, and numbers of 60 bytes in all; in PROVE_POSITION the fold's root too.
  private static final long STATE_BYTES = 32 * HASH;
  private static final long STATE_BYTES_NOT_ZERO = 6 * HASH + 2 * 20 + 60;
  /// Selector, the game's number, two offsets, two lengths, and what fills the last word.
  private static final long FRAME_BYTES = 4 + 6 * HASH;
  private static final long FRAME_BYTES_NOT_ZERO = 4 + 2 + 2 + 2 + 2 + 2;
  private static final long BASE_GAS = 21_000;
  private static final long GAS_A_TOKEN = 10;

  private final ProgramCommitment commitment;
  private final Program program;
  private final Node node;
  private final int index;
  private final Set<Object> opened = new HashSet<>();
  private final Set<Chunk> shown = new HashSet<>();
  private long tokens = STATE_BYTES + 3 * STATE_BYTES_NOT_ZERO + FRAME_BYTES + 3 * FRAME_BYTES_NOT_ZERO;

  private record Chunk(Object tensor, long index) {}

  /// A place that a proof can be about, with what its calldata costs at most.
  public record Place(int node, long element, long position, long gas) {}

  private ProofCalldata(ProgramCommitment commitment, int index) {
    this.commitment = commitment;
    this.program = commitment.program();
    this.node = program.nodes().get(index);
    this.index = index;
  }

  /// The dearest of the places that matter about node `node`: its first, middle and last element, and of the fold the
  /// ends, the middle, and where two accumulators lie in different chunks.
  public static Place dearest(ProgramCommitment program, int node) {
    Node n = program.program().nodes().get(node);
    long numel = n.out().numel();
    long length = n.foldLength();
    long chunk = TensorCommitment.CHUNK_BYTES / n.dtype().widthBytes();
    Place dearest = new Place(node, 0, 0, 0);
    for (long element : new TreeSet<>(List.of(0L, numel / 2, numel - 1))) {
      for (long position : new TreeSet<>(List.of(0L, length / 2, Math.min(chunk, length - 1), length - 1))) {
        long gas = new ProofCalldata(program, node).gas(element, position);
        if (gas > dearest.gas()) {
          dearest = new Place(node, element, position, gas);
        }
      }
    }
    return dearest;
  }

  private long gas(long element, long position) {
    known(commitment.headerBytes());
    known(commitment.nodeBytes(index));
    hidden(HASH * pathLength(index, program.nodes().size()));
    long inner = node.foldLength() - 1;
    if (inner > 0) {
      tokens += 3 * HASH;
    }
    if (position > 0) {
      read("fold", node.dtype(), inner, position - 1);
    }
    if (position < inner) {
      read("fold", node.dtype(), inner, position);
    } else {
      read(new Source.NodeOutput(index), node.dtype(), node.out().numel(), element);
    }
    long[] out = indexOf(node.out(), element);
    long[] red = indexOf(node.red(), position);
    for (int i = 0; i < node.body().size(); i++) {
      Instruction instruction = node.body().get(i);
      if (instruction.op() == Opcode.LOAD || instruction.op() == Opcode.GATHER) {
        Input input = node.inputs().get(instruction.a());
        boolean affine = instruction.op() == Opcode.LOAD;
        long flat = affine ? input.flatIndex(out, red) : 0;
        if (flat >= 0 && flat < input.numel()) {
          // Where a gather reads isn't known: a chunk of its own, with the longest path.
          read(input.source(), input.dtype(), input.numel(), flat, affine ? "" : "gather " + i);
        }
      }
    }
    return BASE_GAS + GAS_A_TOKEN * tokens;
  }

  private static long[] indexOf(Shape shape, long flat) {
    long[] index = new long[shape.rank()];
    shape.unflatten(flat, index);
    return index;
  }

  private void read(Object tensor, DType dtype, long numel, long element) {
    read(tensor, dtype, numel, element, "");
  }

  private void read(Object tensor, DType dtype, long numel, long element, String apart) {
    if (opened.add(tensor)) {
      known(ByteBuffer.allocate(1 + Long.BYTES).put((byte) dtype.code()).putLong(numel).array());
      hidden(HASH);
      if (tensor instanceof Source source) {
        open(source);
      }
    }
    long chunk = TensorCommitment.chunkOf(dtype, element);
    if (shown.add(new Chunk(List.of(tensor, apart), chunk))) {
      long count = TensorCommitment.leafCount(dtype, numel);
      hidden(TensorCommitment.chunkLength(dtype, numel, chunk) + HASH * pathLength(chunk, count));
    }
  }

  private void open(Source source) {
    switch (source) {
      case Source.NodeOutput n -> hidden(HASH + HASH * pathLength(n.index(), program.nodes().size()));
      case Source.State s -> hidden(HASH + HASH * pathLength(s.index(), program.slots().size()));
      case Source.Data d -> record(program.data(), d.index(), commitment.dataBytes(d.index()));
      case Source.Const c -> record(program.constants(), c.index(), commitment.constBytes(c.index()));
    }
  }

  private void record(List<BoundTensor> all, int at, byte[] bytes) {
    known(bytes);
    hidden(HASH * pathLength(at, all.size()));
  }

  private void known(byte[] bytes) {
    for (byte b : bytes) {
      tokens += b == 0 ? 1 : 4;
    }
  }

  /// Bytes of which none is taken to be zero.
  private void hidden(long bytes) {
    tokens += 4 * bytes;
  }

  /// Of leaf `leaf` of `count` (RFC 9162 §2.1.3).
  private static long pathLength(long leaf, long count) {
    if (count == 1) {
      return 0;
    }
    long left = Long.highestOneBit(count - 1);
    return 1 + (leaf < left ? pathLength(leaf, left) : pathLength(leaf - left, count - left));
  }
}
