package dev.verdict.bisection.play;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.Move;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import dev.verdict.repops.commit.TensorCommitment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/// The way down to the first difference between one's own tree and the one that the other side reveals (SPEC §6.2): all
/// of it is worked out anew from the reveals, so nothing has to be remembered.
///
/// Each step goes to the first entry that differs from one's own. There is one wherever the hash above differs, since
/// the rules have checked what was revealed against it.
final class Descent {
  /// Where the descent stands.
  sealed interface Step {
    /// What to ask for next.
    record Ask(Move.Demand demand) implements Step {}

    /// Leaf `index` of the vector is the first that differs.
    record Leaf(long index) implements Step {}

    /// Element `element` of the tensor at leaf `leaf` is the first that differs, or is one of those that can't be proved:
    /// the tensor is of another type, or the chunk of another length.
    record Element(long leaf, long element) implements Step {}

    /// Nothing differs.
    record Same() implements Step {}
  }

  private final List<Bytes> revealed;
  private int next;

  private Descent(List<Bytes> revealed) {
    this.revealed = revealed;
  }

  /// In a vector of hashes that have nothing below them.
  ///
  /// @param target of the first demand
  static Step inVector(MerkleTree own, int target, List<Bytes> revealed) {
    if (own.length() == 1) {
      return new Step.Leaf(0);
    }
    return new Descent(revealed).vector(own, target, false);
  }

  /// In R_t, and then in the output of the first node that differs.
  static Step inTrace(MerkleTree own, LongFunction<TensorCommitment> ownOutput, List<Bytes> revealed) {
    Descent descent = new Descent(revealed);
    Step step = descent.vector(own, 0, true);
    return step instanceof Step.Leaf(long node) ? descent.output(node, ownOutput.apply(node)) : step;
  }

  /// In a fold tensor, whose type is known.
  static Step inFold(TensorCommitment own, List<Bytes> revealed) {
    return revealed.isEmpty() ? ask(0, List.of()) : new Descent(revealed).chunks(0, own, 0);
  }

  private static Step ask(int target, List<Digest> hashes) {
    return new Step.Ask(new Move.Demand(target, hashes));
  }

  /// Down to a leaf; in a trace only once what is below the leaf has been revealed too.
  private Step vector(MerkleTree own, int target, boolean isTrace) {
    if (revealed.isEmpty()) {
      return ask(target, List.of());
    }
    long from = 0;
    long count = own.length();
    while (true) {
      List<Digest> hashes = hashes(revealed.get(next++), 0);
      List<MerkleTree.Range> entries = MerkleTree.split(count);
      int entry = firstDifference(own, from, entries, hashes);
      if (entry < 0) {
        return new Step.Same();
      }
      from += entries.get(entry).offset();
      count = entries.get(entry).count();
      if (count == 1 && !isTrace) {
        return new Step.Leaf(from);
      }
      if (next == revealed.size()) {
        return ask(entry, hashes);
      }
      if (count == 1) {
        return new Step.Leaf(from);
      }
    }
  }

  /// `dtype ‖ numel ‖ descendants`, and on from there.
  private Step output(long leaf, TensorCommitment own) {
    ByteBuffer front = ByteBuffer.wrap(revealed.get(next).toArray());
    int dtype = front.get();
    long numel = front.getLong();
    return dtype == own.tensor().dtype().code() && numel == own.tensor().numel()
        ? chunks(leaf, own, 9)
        : new Step.Element(leaf, 0);
  }

  private Step chunks(long leaf, TensorCommitment own, int front) {
    long from = 0;
    long count = own.chunkCount();
    while (true) {
      List<Digest> hashes = hashes(revealed.get(next++), front);
      front = 0;
      List<MerkleTree.Range> entries = MerkleTree.split(count);
      int entry = firstDifference(own.tree(), from, entries, hashes);
      if (entry < 0) {
        return new Step.Same();
      }
      from += entries.get(entry).offset();
      count = entries.get(entry).count();
      if (next == revealed.size()) {
        return ask(entry, hashes);
      }
      if (count == 1) {
        return new Step.Element(leaf, firstElement(own, from, revealed.get(next).toArray()));
      }
    }
  }

  /// Of a chunk of another length than its place implies, the first element: no element of it can be proved.
  private static long firstElement(TensorCommitment own, long chunk, byte[] theirs) {
    byte[] ours = own.chunk(chunk);
    int width = own.tensor().dtype().widthBytes();
    int at = ours.length == theirs.length ? Math.max(Arrays.mismatch(ours, theirs), 0) : 0;
    return (chunk * TensorCommitment.CHUNK_BYTES + at) / width;
  }

  private static int firstDifference(
      MerkleTree own, long from, List<MerkleTree.Range> entries, List<Digest> hashes) {
    for (int i = 0; i < entries.size(); i++) {
      MerkleTree.Range range = entries.get(i);
      if (!own.subtree(from + range.offset(), range.count()).equals(hashes.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private static List<Digest> hashes(Bytes data, int front) {
    byte[] bytes = data.toArray();
    List<Digest> hashes = new ArrayList<>();
    for (int at = front; at < bytes.length; at += Digest.LENGTH_BYTES) {
      hashes.add(Digest.of(Arrays.copyOfRange(bytes, at, at + Digest.LENGTH_BYTES)));
    }
    return hashes;
  }
}
