package dev.verdict.contracts;

import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A transaction under way, tended by [Transactions] until it is mined and confirmed.
public final class PendingTransaction {
  final TransactionRequest request;
  final BigInteger gasLimit;
  final BroadcastObserver observer;
  final long nonce;
  final CompletableFuture<Receipt> mined = new CompletableFuture<>();
  final CompletableFuture<Receipt> confirmed = new CompletableFuture<>();

  // Guarded by `this`.
  private final List<Broadcast> versions = new ArrayList<>();

  // Touched by the tending thread alone, after the constructor.
  Optional<Fees> fees;
  Optional<Receipt> seen = Optional.empty();
  Optional<Digest> checkedAt = Optional.empty();
  long sentAtBlock;
  long sentAtNanos;
  int misses;

  PendingTransaction(
      TransactionRequest request,
      BigInteger gasLimit,
      long nonce,
      BroadcastObserver observer,
      Optional<Fees> fees,
      long sentAtBlock) {
    this.request = request;
    this.gasLimit = gasLimit;
    this.nonce = nonce;
    this.observer = observer;
    this.fees = fees;
    this.sentAtBlock = sentAtBlock;
    this.sentAtNanos = System.nanoTime();
  }

  /// Its nonce, which it never changes.
  public long nonce() {
    return nonce;
  }

  /// Hash of the version sent last.
  public synchronized Digest txHash() {
    return versions.getLast().txHash();
  }

  /// All versions sent, oldest first.
  public synchronized List<Broadcast> versions() {
    return List.copyOf(versions);
  }

  synchronized void add(Broadcast version) {
    versions.add(version);
  }

  /// Completes when it is mined; with the exceptions of [#await(Duration)] where it fails.
  public CompletionStage<Receipt> mined() {
    return mined.minimalCompletionStage();
  }

  /// Completes when the policy's number of blocks stands on top of it.
  public CompletionStage<Receipt> confirmed() {
    return confirmed.minimalCompletionStage();
  }

  /// Waits until it is mined. Throws [ContractRevertedException] where it was mined and reverted, and
  /// [TransactionFailedException] where it isn't mined.
  public Receipt await(Duration patience) {
    return await(mined, patience);
  }

  /// Waits until the policy's number of blocks stands on top of it; throws as [#await(Duration)].
  public Receipt awaitConfirmed(Duration patience) {
    return await(confirmed, patience);
  }

  private Receipt await(CompletableFuture<Receipt> future, Duration patience) {
    try {
      return future.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ChainException known) {
        throw known;
      }
      throw new IllegalStateException(request.operation() + ": tending it failed", e.getCause());
    } catch (TimeoutException e) {
      throw new TransactionFailedException(
          TransactionFailedException.Reason.NOT_MINED_IN_TIME,
          "%s: transaction %s is not mined after %s; it is still being tended: wait, or raise the fee cap"
              .formatted(request.operation(), txHash(), patience),
          Optional.of(txHash()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransactionFailedException(
          TransactionFailedException.Reason.ABANDONED,
          "%s: interrupted while waiting for transaction %s"
              .formatted(request.operation(), txHash()),
          Optional.of(txHash()));
    }
  }

  void fail(ChainException why) {
    mined.completeExceptionally(why);
    confirmed.completeExceptionally(why);
  }
}
