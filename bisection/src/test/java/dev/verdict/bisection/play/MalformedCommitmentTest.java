package dev.verdict.bisection.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.game.ProofWriter;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.bisection.step.FoldProof;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.testing.OffByOne;
import dev.verdict.bisection.testing.ToyProgram;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Commitments that nothing honest could have made: of another type, of another length, or with nothing below them. Each
/// loses by the clock or at the proof (SPEC §6.1, soundness).
class MalformedCommitmentTest {
  private static final Digest NOTHING = Digest.sha256(new byte[] {77});

  private final Dispute dispute = new Dispute(ToyProgram.sample(40), 9, 9, new OffByOne(40));
  private final Forger forger = new Forger();

  /// A solver that commits to what it was told to, and reveals what it has a preimage of.
  private final class Forger implements Player, ServedObjects {
    private final SolverPlayer solver = dispute.solver();
    private final Map<Digest, Bytes> preimages = new HashMap<>();
    private final Map<Digest, List<Digest>> vectors = new HashMap<>();
    private final Map<Digest, Tensor> tensors = new HashMap<>();
    private Optional<Digest> stepsTree = Optional.empty();
    private Optional<Digest> traceTree = Optional.empty();
    private Optional<Digest> foldTree = Optional.empty();

    @Override
    public Optional<Move> move(GameState state, List<Bytes> revealed, Instant now) {
      if (state.phase().toMove() != Party.SOLVER) {
        return Optional.empty();
      }
      return switch (state.phase()) {
        case COMMIT_STEPS -> stepsTree.<Move>map(Move.CommitSteps::new).or(() -> solver.move(state, revealed, now));
        case COMMIT_TRACE -> solver.move(state, revealed, now).map(m -> traceTree.<Move>map(tree -> {
          byte[] proof = ((Move.CommitTrace) m).proof().toArray();
          System.arraycopy(tree.bytes(), 0, proof, 146, 32);
          return new Move.CommitTrace(Bytes.of(proof));
        }).orElse(m));
        case OPEN_NODE -> foldTree.map(tree -> new Move.CommitFold(
            FoldProof.build(dispute.claimedTrace().program(), (int) state.target(), tree)));
        case REVEAL -> Optional.ofNullable(preimages.get(state.demandHash())).map(Move.Reveal::new);
        default -> Optional.empty();
      };
    }

    @Override
    public Optional<List<Digest>> vector(Digest vectorRoot) {
      return Optional.ofNullable(vectors.get(vectorRoot));
    }

    @Override
    public Optional<Tensor> tensor(Digest tensorRoot) {
      return Optional.ofNullable(tensors.get(tensorRoot));
    }

    void tree(MerkleTree tree) {
      for (long stride = 1; stride < 2 * tree.length(); stride *= 2) {
        for (long from = 0; from < tree.length(); from += stride) {
          long count = Math.min(stride, tree.length() - from);
          // What is below a leaf is another matter.
          if (count > 1) {
            preimages.put(tree.subtree(from, count), hashes(tree.descendants(from, count)));
          }
        }
      }
    }

    void trace(List<Digest> leaves) {
      VectorCommitment vector = VectorCommitment.of(leaves);
      tree(vector.tree());
      preimages.put(vector.root(), hashes(vector.tree().descendants(0, vector.length())));
      vectors.put(vector.root(), leaves);
      traceTree = Optional.of(vector.tree().root());
    }

    /// A tensor with these chunks, of whatever length each.
    Digest chunks(DType dtype, long numel, List<byte[]> chunks) {
      MerkleTree tree = MerkleTree.of(chunks.stream().map(TensorCommitment::leaf).toList());
      tree(tree);
      chunks.forEach(chunk -> preimages.put(TensorCommitment.leaf(chunk), Bytes.of(chunk)));
      Digest root = TensorCommitment.root(dtype, numel, tree.root());
      preimages.put(root, new ProofWriter().u8(dtype.code()).u64(numel)
          .path(tree.descendants(0, tree.length())).toBytes());
      return root;
    }
  }

  private static Bytes hashes(List<Digest> hashes) {
    return new ProofWriter().path(hashes).toBytes();
  }

  private static List<byte[]> chunksOf(Tensor tensor) {
    TensorCommitment commitment = TensorCommitment.of(tensor);
    List<byte[]> chunks = new ArrayList<>();
    for (long c = 0; c < commitment.chunkCount(); c++) {
      chunks.add(commitment.chunk(c));
    }
    return chunks;
  }

  /// The true trace of the false step, with another root in place of one node's.
  private void forgeTrace(int node, Digest root) {
    List<Digest> leaves =
        new ArrayList<>(dispute.honestTrace(dispute.claimedRun).step(OffByOne.STEP).trace().tree().leaves());
    leaves.set(node, root);
    forger.trace(leaves);
  }

  private Tensor trueOutput(int node) {
    return dispute.honestTrace(dispute.claimedRun).output(OffByOne.STEP, node).copy();
  }

  private Match.Played play(boolean serves) {
    Match.Played played = dispute.play(1, Digest.ZERO, forger,
        dispute.auditor(1, Digest.ZERO, state -> serves ? forger : ServedObjects.NONE));
    assertThat(played.verdict().verdict()).isEqualTo(Verdict.SOLVER_LOSES);
    return played;
  }

  private static GameState last(Match.Played played) {
    return played.states().get(played.states().size() - 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void play_stepsOfNothing_cantBeRevealed(boolean serves) {
    forger.stepsTree = Optional.of(NOTHING);
    Match.Played played = play(serves);
    assertThat(played.verdict().reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(last(played).phase()).isEqualTo(Phase.REVEAL);
    assertThat(last(played).demandingPhase()).isEqualTo(Phase.SELECT_STEP);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void play_traceOfNothing_cantBeRevealed(boolean serves) {
    forgeSteps();
    forger.traceTree = Optional.of(NOTHING);
    Match.Played played = play(serves);
    assertThat(played.verdict().reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(last(played).demandHash()).isEqualTo(last(played).traceRoot());
  }

  /// The inner states can be served and revealed as they are.
  private void forgeSteps() {
    VectorCommitment inner = dispute.claimedTrace().innerSteps(1);
    forger.tree(inner.tree());
    forger.preimages.put(inner.root(), hashes(inner.tree().descendants(0, inner.length())));
    forger.vectors.put(inner.root(), inner.tree().leaves());
  }

  @ParameterizedTest
  @CsvSource({"true,0", "false,0", "true,1", "false,1", "true,42", "false,42"})
  void play_nodeOfNothing_cantBeOpened(boolean serves, int node) {
    forgeSteps();
    forgeTrace(node, NOTHING);
    Match.Played played = play(serves);
    assertThat(played.verdict().reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(last(played).demandHash()).isEqualTo(NOTHING);
  }

  @ParameterizedTest
  @CsvSource({"true,1", "false,1", "true,0", "false,0"})
  void play_nodeOfAnotherDType_loses(boolean serves, int node) {
    forgeSteps();
    Tensor right = trueOutput(node);
    Tensor wrong = Tensor.of(DType.I32, right.shape(), right.segment());
    forger.tensors.put(TensorCommitment.root(wrong), wrong);
    forgeTrace(node, forger.chunks(DType.I32, wrong.numel(), chunksOf(wrong)));
    Match.Played played = play(serves);
    assertThat(last(played).target()).isEqualTo(node);
    // Served, the challenger proves a map itself; a fold is the solver's to open.
    assertThat(played.verdict().reason()).isEqualTo(serves && node == 1 ? Reason.PROVED : Reason.TIMED_OUT);
  }

  @ParameterizedTest
  @CsvSource({"true,2101", "false,2101", "true,2099", "false,2099", "true,1", "false,1"})
  void play_nodeOfAnotherLength_loses(boolean serves, int numel) {
    forgeSteps();
    Tensor wrong = Tensor.zeros(DType.F32, Shape.of(numel));
    forger.tensors.put(TensorCommitment.root(wrong), wrong);
    forgeTrace(ToyProgram.SCALE, forger.chunks(DType.F32, numel, chunksOf(wrong)));
    Match.Played played = play(serves);
    assertThat(last(played).target()).isEqualTo(ToyProgram.SCALE);
    assertThat(played.verdict().reason()).isEqualTo(serves ? Reason.PROVED : Reason.TIMED_OUT);
  }

  @ParameterizedTest
  @CsvSource({"0,1023", "0,1", "4,1000", "8,207", "8,1024"})
  void play_chunkOfAnotherLength_cantBeProved(int chunk, int lengthBytes) {
    forgeSteps();
    List<byte[]> chunks = chunksOf(trueOutput(ToyProgram.SCALE));
    chunks.set(chunk, Arrays.copyOf(chunks.get(chunk), lengthBytes));
    forgeTrace(ToyProgram.SCALE, forger.chunks(DType.F32, 2100, chunks));
    Match.Played played = play(false);
    assertThat(last(played).phase()).isEqualTo(Phase.OPEN_NODE);
    assertThat(last(played).element()).isEqualTo(256L * chunk);
    assertThat(played.verdict().reason()).isEqualTo(Reason.TIMED_OUT);
  }

  @Test
  void play_chunkLongerThanAnyChunk_cantBeRevealed() {
    forgeSteps();
    List<byte[]> chunks = chunksOf(trueOutput(ToyProgram.SCALE));
    chunks.set(2, Arrays.copyOf(chunks.get(2), 1025));
    Digest root = forger.chunks(DType.F32, 2100, chunks);
    forger.preimages.remove(TensorCommitment.leaf(chunks.get(2)));
    forgeTrace(ToyProgram.SCALE, root);
    assertThat(last(play(false)).phase()).isEqualTo(Phase.REVEAL);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void play_foldOfNothing_cantBeRevealed(boolean serves) {
    forgeSteps();
    Tensor wrong = trueOutput(ToyProgram.MAT_MUL);
    wrong.setFloat(2, 1e9f);
    forger.tensors.put(TensorCommitment.root(wrong), wrong);
    forgeTrace(ToyProgram.MAT_MUL, forger.chunks(DType.F32, 3, chunksOf(wrong)));
    forger.foldTree = Optional.of(NOTHING);
    Match.Played played = play(serves);
    assertThat(last(played).phase()).isEqualTo(Phase.REVEAL);
    assertThat(last(played).demandHash()).isEqualTo(last(played).foldRoot());
  }

  @ParameterizedTest
  @CsvSource({"0,1000", "1,4", "2,747"})
  void play_foldChunkOfAnotherLength_cantBeProved(int chunk, int lengthBytes) {
    forgeSteps();
    Tensor wrong = trueOutput(ToyProgram.MAT_MUL);
    wrong.setFloat(2, 1e9f);
    forgeTrace(ToyProgram.MAT_MUL, forger.chunks(DType.F32, 3, chunksOf(wrong)));
    List<byte[]> chunks = chunksOf(
        dispute.honestTrace(dispute.claimedRun).accumulators(OffByOne.STEP, ToyProgram.MAT_MUL, 2));
    chunks.set(chunk, Arrays.copyOf(chunks.get(chunk), lengthBytes));
    MerkleTree tree = MerkleTree.of(chunks.stream().map(TensorCommitment::leaf).toList());
    forger.preimages.put(forger.chunks(DType.F32, 699, chunks), hashes(tree.descendants(0, 3)));
    forger.foldTree = Optional.of(tree.root());
    Match.Played played = play(false);
    assertThat(last(played).phase()).isEqualTo(Phase.PROVE_POSITION);
    assertThat(last(played).position()).isEqualTo(256L * chunk);
  }

  /// The twin: nothing forged, and the game ends by a proof.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void play_nothingForged_isProved(boolean serves) {
    SolverPlayer solver = dispute.solver();
    Match.Played played = dispute.play(1, Digest.ZERO, solver, dispute.auditor(1, Digest.ZERO,
        state -> serves ? solver.serves(state) : ServedObjects.NONE));
    assertThat(played.verdict().reason()).isEqualTo(Reason.PROVED);
    assertThat(played.verdict().verdict()).isEqualTo(Verdict.SOLVER_LOSES);
    assertThat(last(played).position()).isEqualTo(650);
    assertThat(last(played).element()).isEqualTo(1);
    assertThat(last(played).step()).isEqualTo(OffByOne.STEP);
  }
}
