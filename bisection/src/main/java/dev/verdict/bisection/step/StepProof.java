package dev.verdict.bisection.step;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.ProofWriter;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds the step proof of SPEC §7.1. It opens what the witness has, true or not: what it shows is the adjudicator's to
/// say.
public final class StepProof {
  private final ProgramCommitment program;
  private final StepWitness witness;
  private final ProofWriter out;
  private final Map<Optional<Source>, TensorCommitment> opened = new HashMap<>();
  private final Set<Chunk> shown = new HashSet<>();

  private record Chunk(Optional<Source> tensor, long index) {}

  /// What the fold tensor is known by among the tensors that a proof opens; no input has this source.
  private static final Optional<Source> FOLD = Optional.empty();

  private StepProof(ProgramCommitment program, StepWitness witness, ProofWriter out) {
    this.program = program;
    this.witness = witness;
    this.out = out;
  }

  /// For PROVE_SLOT: slot `slot` of S_{t+1} against its node's output or, where no node updates it, against S_t's.
  public static Bytes ofSlot(ProgramCommitment program, StepWitness witness, int slot) {
    ProofWriter out = new ProofWriter()
        .bytes(program.headerBytes())
        .digest(program.nodes().root())
        .bytes(program.slotBytes(slot))
        .path(program.slots().path(slot));
    leaf(out, witness.slotsAfter(), slot);
    int next = program.program().slots().get(slot).next();
    if (next == Slot.UNCHANGED) {
      leaf(out, witness.slotsBefore(), slot);
    } else {
      leaf(out, witness.trace(), next);
    }
    return out.toBytes();
  }

  /// For OPEN_NODE where the challenger pointed at an element that node `node` doesn't have: the node alone.
  public static Bytes ofNode(ProgramCommitment program, int node) {
    return FoldProof.opening(program, node).toBytes();
  }

  /// For OPEN_NODE (K = 1, position 0) and PROVE_POSITION: the step of element `element` of node `node` from
  /// acc_position to acc_{position+1}, at step `step` of the run.
  public static Bytes ofElement(
      ProgramCommitment program, StepWitness witness, long step, int node, long element, long position) {
    StepProof proof = new StepProof(program, witness, FoldProof.opening(program, node));
    proof.element(program.program().nodes().get(node), step, node, element, position);
    return proof.out.toBytes();
  }

  private void element(Node node, long step, int index, long element, long position) {
    long before = position == 0 ? node.initRegister() : fold(position - 1);
    Source.NodeOutput output = new Source.NodeOutput(index);
    if (position + 1 < node.foldLength()) {
      fold(position);
    } else {
      Tensor tensor = open(output).tensor();
      if (tensor.dtype() != node.dtype() || tensor.numel() != node.out().numel()) {
        // A tensor of another type decides by itself: the rest isn't read.
        return;
      }
      read(Optional.of(output), element);
    }
    BodyRun.<RuntimeException>run(node, step, element, position, before, (input, flatIndex) -> {
      Input operand = node.inputs().get(input);
      open(operand.source());
      return read(Optional.of(operand.source()), flatIndex);
    });
  }

  /// acc_{position+1}, for an inner position.
  private long fold(long position) {
    if (!opened.containsKey(FOLD)) {
      root(FOLD, witness.fold());
    }
    return read(FOLD, position);
  }

  private TensorCommitment open(Source source) {
    Optional<Source> key = Optional.of(source);
    TensorCommitment known = opened.get(key);
    if (known != null) {
      return known;
    }
    int index = source.index();
    switch (source) {
      case Source.NodeOutput n -> leaf(out, witness.trace(), index);
      case Source.State s -> leaf(out, witness.slotsBefore(), index);
      case Source.Data d -> out.bytes(program.dataBytes(index)).path(program.data().path(index));
      case Source.Const c -> out.bytes(program.constBytes(index)).path(program.constants().path(index));
    }
    return root(key, switch (source) {
      case Source.NodeOutput n -> witness.output(index);
      case Source.State s -> witness.state(index);
      case Source.Data d -> witness.data(index);
      case Source.Const c -> witness.constant(index);
    });
  }

  /// `dtype ‖ numel ‖ treeRoot`.
  private TensorCommitment root(Optional<Source> key, Tensor tensor) {
    TensorCommitment commitment = TensorCommitment.of(tensor);
    opened.put(key, commitment);
    out.u8(tensor.dtype().code()).u64(tensor.numel()).digest(commitment.tree().root());
    return commitment;
  }

  /// Element `element` as a register holds it; writes `chunk ‖ path` where the chunk is new.
  private long read(Optional<Source> key, long element) {
    TensorCommitment commitment = opened.get(key);
    long chunk = commitment.chunkOf(element);
    if (shown.add(new Chunk(key, chunk))) {
      out.bytes(commitment.chunk(chunk)).path(commitment.path(chunk));
    }
    return commitment.tensor().getRegister(element);
  }

  private static void leaf(ProofWriter out, VectorCommitment vector, long index) {
    out.digest(vector.leaf(index)).path(vector.path(index));
  }
}
