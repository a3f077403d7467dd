package dev.verdict.bisection.step;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.Finding;
import dev.verdict.bisection.game.FoldOpening;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.OneStepVerifier;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.game.ProofReader;
import dev.verdict.bisection.game.ProofReader.Broken;
import dev.verdict.repops.DType;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.ProgramCodec;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.ProgramHeader;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One-step adjudication as the contract does it (SPEC §7): opens what was committed, recomputes one transition and says
/// whether the bits are equal. The state is the caller's to vouch for; every byte of a proof is hostile until a committed
/// root has been reached, and whatever the bytes, the answer is a value.
public final class Adjudicator implements OneStepVerifier {
  /// There is one: it has no state.
  public static final Adjudicator INSTANCE = new Adjudicator();

  private Adjudicator() {}

  @Override
  public FoldOpening openFold(Digest programRoot, long nodeCount, long node, Bytes proof) {
    try {
      ProofReader in = new ProofReader(proof);
      OpenedNode opened = openNode(in, programRoot, node);
      if (Integer.toUnsignedLong(opened.header().nodeCount()) != nodeCount) {
        throw new Broken("header", "has " + opened.header().nodeCount() + " nodes, the game " + nodeCount);
      }
      Digest foldTree = in.digest("foldTree");
      in.end();
      Node n = opened.node();
      long foldLength = n.foldLength();
      Digest foldRoot = foldLength > 1 ? TensorCommitment.root(n.dtype(), foldLength - 1, foldTree) : Digest.ZERO;
      return new FoldOpening.Opened(n.out().numel(), foldLength, n.dtype().code(), foldRoot);
    } catch (Broken e) {
      return new FoldOpening.Nothing(e.why());
    }
  }

  @Override
  public Finding adjudicate(GameState state, Bytes proof) {
    try {
      ProofReader in = new ProofReader(proof);
      return state.phase() == Phase.PROVE_SLOT ? slot(state, in) : element(state, in).finding();
    } catch (Broken e) {
      return new Finding.Nothing(e.why());
    }
  }

  /// What a proof that decides `state` recomputed, for people. Empty where the proof shows nothing of one element: it
  /// doesn't hold, is a slot's, or decided by a tensor's type or an index alone.
  public Optional<DecidingOperation> explain(GameState state, Bytes proof) {
    if (state.phase() == Phase.PROVE_SLOT || !state.phase().isProving()) {
      return Optional.empty();
    }
    try {
      ElementStep step = element(state, new ProofReader(proof));
      return step.run().map(run -> DecidingOperation.of(state, step.node(), step.position(), run, step.claimedBits()));
    } catch (Broken e) {
      return Optional.empty();
    }
  }

  // ------------------------------------------------------------------ a slot

  /// A slot's root after the step is that of the node that gives its next value, or its own before the step.
  private static Finding slot(GameState state, ProofReader in) throws Broken {
    byte[] headerBytes = in.bytes("header", ProgramHeader.LENGTH_BYTES);
    ProgramHeader header = header(headerBytes);
    requireRoot("program", programRoot(headerBytes, in.digest("nodesRoot")), state.programRoot());

    long slotCount = Integer.toUnsignedLong(header.slotCount());
    int start = in.position();
    Slot slot = in.record("slot", ProgramCodec::decodeSlot);
    requireBoundLimits("slot", slot.shape().rank(), slot.name());
    Digest record = ProgramCommitment.hashSlot(in.since(start));
    requireRoot("slot record", vectorRoot(in, "path of the slot record", record, state.target(), slotCount),
        header.slotsRoot());

    Digest claimed = leaf(in, "slot after", state.target(), slotCount, state.slotsAfter());
    Digest result = slot.next() == Slot.UNCHANGED
        ? leaf(in, "slot before", state.target(), slotCount, state.slotsBefore())
        : leaf(in, "node " + slot.next(), Integer.toUnsignedLong(slot.next()),
            Integer.toUnsignedLong(header.nodeCount()), state.traceRoot());
    in.end();
    return result.equals(claimed) ? new Finding.Equal(result) : new Finding.Different(result, claimed);
  }

  // ------------------------------------------------------------------ an element

  /// What an element's proof has shown.
  ///
  /// @param run the body's run, where it came to that
  private record ElementStep(
      Node node, long position, Finding finding, Optional<BodyRun> run, long claimedBits) {}

  /// acc[k+1] is what the body gives of acc[k] and the operands at position k.
  private static ElementStep element(GameState state, ProofReader in) throws Broken {
    if (!state.phase().isProving()) {
      throw new Broken("game", "nothing is to be proved in " + state.phase());
    }
    OpenedNode opened = openNode(in, state.programRoot(), state.target());
    Node node = opened.node();
    if (Long.compareUnsigned(state.element(), node.out().numel()) >= 0) {
      return new ElementStep(node, 0,
          new Finding.ElementOutOfRange(word(0, node.out().numel()), word(0, state.element())), Optional.empty(), 0);
    }
    long position = position(state, node);
    Reads reads = new Reads(state, opened, in);

    long before = position == 0 ? node.initRegister() : register(node.dtype(), reads.fold(position - 1));
    long claimed;
    if (position + 1 < node.foldLength()) {
      claimed = reads.fold(position);
    } else {
      OpenedTensor output = reads.source(new Source.NodeOutput((int) state.target()));
      if (!output.is(node.dtype(), node.out().numel())) {
        Finding different = new Finding.Different(
            word(node.dtype().code(), node.out().numel()), word(output.dtype().code(), output.numel()));
        return new ElementStep(node, position, different, Optional.empty(), 0);
      }
      claimed = output.elementBits(state.element(), in);
    }

    BodyRun run = BodyRun.<Broken>run(node, state.step(), state.element(), position, before, reads::operand);
    in.end();
    long recomputed = BodyRun.stored(node.dtype(), run.result());
    Finding finding = recomputed == claimed
        ? new Finding.Equal(word(0, recomputed))
        : new Finding.Different(word(0, recomputed), word(0, claimed));
    return new ElementStep(node, position, finding, Optional.of(run), claimed);
  }

  /// K = 1 needs no fold tensor and is proved at once; a longer fold at the position that was selected.
  private static long position(GameState state, Node node) throws Broken {
    if (state.phase() == Phase.OPEN_NODE) {
      if (node.foldLength() != 1) {
        throw new Broken("node", "folds " + node.foldLength() + " steps, which must be committed first");
      }
      return 0;
    }
    if (Long.compareUnsigned(state.position(), node.foldLength()) >= 0) {
      throw new Broken("node", "folds " + node.foldLength() + " steps and has no position " + state.position());
    }
    return state.position();
  }

  /// Reads of tensor elements that repeat nothing the proof has already shown (SPEC §7.1).
  private static final class Reads {
    private final GameState state;
    private final OpenedNode opened;
    private final ProofReader in;
    private final Map<Source, OpenedTensor> tensors = new HashMap<>();
    private Optional<OpenedTensor> fold = Optional.empty();

    Reads(GameState state, OpenedNode opened, ProofReader in) {
      this.state = state;
      this.opened = opened;
      this.in = in;
    }

    /// The bits of acc[position + 1], for an inner position.
    long fold(long position) throws Broken {
      if (fold.isEmpty()) {
        fold = Optional.of(OpenedTensor.read("fold tensor", in, state.foldRoot()));
      }
      Node node = opened.node();
      fold.get().require(node.dtype(), node.foldLength() - 1);
      return fold.get().elementBits(position, in);
    }

    /// The register that LOAD or GATHER of `input` fills from element `flatIndex`, which lies in the input's tensor.
    long operand(int input, long flatIndex) throws Broken {
      Input declared = opened.node().inputs().get(input);
      Source source = declared.source();
      // INVARIANT: references point backwards (SPEC §3.2.1), so that what a node reads is settled before it.
      if (source instanceof Source.NodeOutput && Integer.toUnsignedLong(source.index()) >= state.target()) {
        throw new Broken("input " + input, "node " + state.target() + " reads node " + source.index());
      }
      OpenedTensor tensor = source(source);
      tensor.require(declared.dtype(), declared.numel());
      return register(declared.dtype(), tensor.elementBits(flatIndex, in));
    }

    OpenedTensor source(Source source) throws Broken {
      OpenedTensor known = tensors.get(source);
      if (known == null) {
        known = OpenedTensor.read(source.toString(), in, root(source));
        tensors.put(source, known);
      }
      return known;
    }

    private Digest root(Source source) throws Broken {
      ProgramHeader header = opened.header();
      long index = Integer.toUnsignedLong(source.index());
      return switch (source) {
        case Source.NodeOutput n ->
          leaf(in, "node " + index, index, Integer.toUnsignedLong(header.nodeCount()), state.traceRoot());
        case Source.State s ->
          leaf(in, "state " + index, index, Integer.toUnsignedLong(header.slotCount()), state.slotsBefore());
        case Source.Data d -> {
          int start = in.position();
          BoundTensor bound = bound("data set " + index);
          requireRoot("data set " + index, vectorRoot(in, "path of data set " + index,
              ProgramCommitment.hashData(in.since(start)), index, Integer.toUnsignedLong(header.dataCount())),
              header.dataRoot());
          yield bound.root();
        }
        case Source.Const c -> {
          int start = in.position();
          BoundTensor bound = bound("constant " + index);
          requireRoot("constant " + index, vectorRoot(in, "path of constant " + index,
              ProgramCommitment.hashConst(in.since(start)), index, Integer.toUnsignedLong(header.constCount())),
              header.constsRoot());
          yield bound.root();
        }
      };
    }

    private BoundTensor bound(String place) throws Broken {
      BoundTensor bound = in.record(place, ProgramCodec::decodeBound);
      requireBoundLimits(place, bound.shape().rank(), bound.name());
      return bound;
    }
  }

  /// A tensor whose root a proof has opened, and its chunks as far as the proof has shown them.
  private record OpenedTensor(String place, DType dtype, long numel, Digest tree, Map<Long, byte[]> chunks) {
    static OpenedTensor read(String place, ProofReader in, Digest root) throws Broken {
      int code = in.u8(place + " dtype");
      long numel = in.u64(place + " numel");
      Digest tree = in.digest(place + " tree");
      if (code > DType.U8.code() || numel < 1 || numel > ProgramValidator.MAX_NUMEL) {
        throw new Broken(place, "no tensor has dtype " + code + " and numel " + Long.toUnsignedString(numel));
      }
      DType dtype = DType.ofCode(code);
      // INVARIANT: dtype and numel are the committed ones, so that a right tree under a wrong length can't be used.
      requireRoot(place, TensorCommitment.root(dtype, numel, tree), root);
      return new OpenedTensor(place, dtype, numel, tree, new HashMap<>());
    }

    boolean is(DType expectedDType, long expectedNumel) {
      return dtype == expectedDType && numel == expectedNumel;
    }

    void require(DType expectedDType, long expectedNumel) throws Broken {
      if (!is(expectedDType, expectedNumel)) {
        throw new Broken(place, "is " + dtype + "[" + numel + "], the node declares " + expectedDType + "["
            + expectedNumel + "]");
      }
    }

    /// The element as it is stored, zero-extended.
    long elementBits(long element, ProofReader in) throws Broken {
      if (element < 0 || element >= numel) {
        throw new Broken(place, "has no element " + Long.toUnsignedString(element) + " of " + numel);
      }
      long index = TensorCommitment.chunkOf(dtype, element);
      byte[] chunk = chunks.get(index);
      if (chunk == null) {
        String what = place + " chunk " + index;
        chunk = in.bytes(what, TensorCommitment.chunkLength(dtype, numel, index));
        Digest actual = TensorCommitment.treeRootFromChunk(dtype, numel, index, chunk,
            in.path(what + " path", index, TensorCommitment.leafCount(dtype, numel))).orElseThrow();
        requireRoot(what, actual, tree);
        chunks.put(index, chunk);
      }
      int at = TensorCommitment.offsetInChunk(dtype, element);
      long bits = 0;
      for (int i = dtype.widthBytes() - 1; i >= 0; i--) {
        bits = bits << 8 | chunk[at + i] & 0xff;
      }
      return bits;
    }
  }

  // ------------------------------------------------------------------ openings

  private record OpenedNode(ProgramHeader header, Node node) {}

  /// Reads `header ‖ node ‖ path`, and holds it against the program's root.
  private static OpenedNode openNode(ProofReader in, Digest programRoot, long index) throws Broken {
    byte[] headerBytes = in.bytes("header", ProgramHeader.LENGTH_BYTES);
    ProgramHeader header = header(headerBytes);
    int start = in.position();
    Node node = in.record("node", ProgramCodec::decodeNode);
    requireNodeLimits(node);
    Digest hash = ProgramCommitment.hashNode(in.since(start));
    Digest nodesRoot = vectorRoot(in, "path of the node", hash, index, Integer.toUnsignedLong(header.nodeCount()));
    requireRoot("program", programRoot(headerBytes, nodesRoot), programRoot);
    return new OpenedNode(header, node);
  }

  private static ProgramHeader header(byte[] bytes) throws Broken {
    return new ProofReader(Bytes.of(bytes)).record("header", ProgramCodec::decodeHeader);
  }

  private static Digest programRoot(byte[] headerBytes, Digest nodesRoot) {
    return ProgramCommitment.programRoot(ProgramCommitment.hashHeader(headerBytes), nodesRoot);
  }

  /// Reads a vector opening and holds it against the vector's root.
  private static Digest leaf(ProofReader in, String place, long index, long length, Digest expected) throws Broken {
    Digest leaf = in.digest(place);
    requireRoot(place, vectorRoot(in, "path of " + place, leaf, index, length), expected);
    return leaf;
  }

  private static Digest vectorRoot(ProofReader in, String place, Digest leaf, long index, long length) throws Broken {
    return VectorCommitment.rootFromPath(leaf, index, length, in.path(place, index, length)).orElseThrow();
  }

  private static void requireRoot(String place, Digest actual, Digest expected) throws Broken {
    // INVARIANT: an opening counts where it leads to a root that is known.
    if (!actual.equals(expected)) {
      throw new Broken(place, "leads to " + actual + ", not to " + expected);
    }
  }

  // ------------------------------------------------------------------ limits

  /// The limits of SPEC §3.1 that a step's cost and safety depend on; the validator's other rules are the players' to
  /// check before they accept a program.
  private static void requireNodeLimits(Node node) throws Broken {
    require(node.out().rank() <= ProgramValidator.MAX_RANK && node.red().rank() <= ProgramValidator.MAX_RANK, "rank");
    require(node.label().length() <= ProgramValidator.MAX_LABEL, "label");
    require(node.out().numel() <= ProgramValidator.MAX_NUMEL, "numel");
    require(node.foldLength() <= ProgramValidator.MAX_FOLD, "fold length");
    require(node.inputs().size() <= ProgramValidator.MAX_INPUTS, "inputs");
    require(!node.body().isEmpty() && node.body().size() <= ProgramValidator.MAX_BODY, "body length");
    int rank = node.out().rank() + node.red().rank();
    for (int i = 0; i < node.body().size(); i++) {
      Instruction instruction = node.body().get(i);
      switch (instruction.op()) {
        case LOAD -> require(instruction.a() < node.inputs().size(), "instruction " + i);
        case GATHER -> require(instruction.a() < node.inputs().size() && instruction.b() < i, "instruction " + i);
        case INDEX -> require(instruction.a() < rank, "instruction " + i);
        case CONST_F, CONST_I, ACC, STEP -> { }
        default -> require(instruction.a() < i && instruction.b() < i && instruction.c() < i, "instruction " + i);
      }
    }
  }

  private static void requireBoundLimits(String place, int rank, String name) throws Broken {
    if (rank > ProgramValidator.MAX_RANK
        || name.getBytes(StandardCharsets.UTF_8).length > ProgramValidator.MAX_NAME_BYTES) {
      throw new Broken(place, "exceeds the limits of rank or name");
    }
  }

  private static void require(boolean within, String what) throws Broken {
    if (!within) {
      throw new Broken("node", what + " exceeds its limit");
    }
  }

  // ------------------------------------------------------------------ words

  private static long register(DType dtype, long bits) {
    return switch (dtype) {
      case F32 -> Float.floatToIntBits(Float.intBitsToFloat((int) bits)) & 0xffffffffL;
      case I32 -> (int) bits;
      case U8 -> bits & 0xff;
    };
  }

  /// high · 2^64 + low as 32 bytes.
  static Digest word(long high, long low) {
    return Digest.of(ByteBuffer.allocate(Digest.LENGTH_BYTES).putLong(16, high).putLong(24, low).array());
  }
}
