package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.utils.Numeric;

/// The one place that sends: signs with one key, gives out its nonces, tends what it has sent until it is mined and
/// confirmed. Nobody else should send with that key meanwhile; where somebody does, it shows as
/// [TransactionFailedException.Reason#NONCE_TAKEN].
///
/// A nonce is given out and the transaction handed to the node under one lock, so a transaction that the node refuses
/// burns no nonce and leaves no gap that would hold up those behind it. One thread tends all that is under way: it
/// polls for receipts, sends again what a reorganisation or a restart of the node dropped, and replaces what isn't
/// mined by a version with a higher fee, up to the policy's cap.
///
/// INVARIANT: versions of one transaction share a nonce, so whatever is lost or sent twice, a request is mined once at
/// most.
public final class Transactions implements AutoCloseable {
  /// EIP-7825.
  public static final BigInteger MAX_GAS = BigInteger.valueOf(16_777_216);

  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final int NONCE_ATTEMPTS = 8;
  private static final int SEND_ATTEMPTS = 3;
  private static final Duration SEND_RETRY_DELAY = Duration.ofMillis(250);
  private static final int MISSES_UNTIL_TAKEN = 20;
  /// More than any reorganisation drops.
  private static final int SETTLED_KEPT = 256;

  private final ChainClient client;
  private final Signer signer;
  private final SendPolicy policy;
  private final Account account;
  private final NavigableMap<Long, PendingTransaction> tended = new ConcurrentSkipListMap<>();
  /// What was sent last under a nonce that is no longer tended: a reorganisation deeper than the confirmations drops
  /// those too, and all that come after wait for them. The tending thread's own.
  private final NavigableMap<Long, byte[]> settled = new TreeMap<>();
  private final Thread tender;

  // Both guarded by sendLock.
  private final Object sendLock = new Object();
  private long nextNonce;

  private final Object wakeUp = new Object();
  private volatile boolean closed;
  private boolean outageReported;

  private Transactions(ChainClient client, Signer signer, SendPolicy policy) {
    this.client = client;
    this.signer = signer;
    this.policy = policy;
    this.account = signer.account();
    this.nextNonce = client.pendingNonce(account);
    this.tender =
        Thread.ofPlatform()
            .daemon()
            .name("transactions-" + account.hex().substring(0, 8))
            .start(this::tend);
  }

  /// Starts with the account's pending nonce.
  public static Transactions open(ChainClient client, Signer signer, SendPolicy policy) {
    return new Transactions(client, signer, policy);
  }

  /// Whose transactions these are.
  public Account account() {
    return account;
  }

  ChainClient client() {
    return client;
  }

  /// Sends and waits until it is mined. Throws [ContractRevertedException] where a contract refuses it, beforehand or
  /// when mined, and [TransactionFailedException] where it isn't mined.
  public Receipt send(TransactionRequest request) {
    return submit(request).await(policy.patience());
  }

  /// Hands a transaction to the node and returns. Throws as [#send] for what shows before it is mined.
  public PendingTransaction submit(TransactionRequest request) {
    return submit(request, BroadcastObserver.NONE);
  }

  /// As [#submit(TransactionRequest)], telling of each version before it goes out.
  public PendingTransaction submit(TransactionRequest request, BroadcastObserver observer) {
    Block head = client.latestBlock();
    BigInteger gasLimit = gasLimit(request, head);
    Fees fees = Fees.first(client, head, policy);
    synchronized (sendLock) {
      requireOpen(request);
      long firstFree = firstNonceBehindTended();
      // Where nothing is under way the node knows best; else what it says may be behind.
      nextNonce = tended.isEmpty() ? client.pendingNonce(account) : Math.max(nextNonce, firstFree);
      for (int attempt = 1; ; attempt++) {
        Broadcast version =
            TransactionSigning.sign(signer, client.chainId(), request, nextNonce, gasLimit, fees);
        observer.aboutToBroadcast(version);
        Optional<Response.Error> refusal = broadcast(version);
        NodeRefusal kind =
            refusal
                .map(e -> NodeRefusal.of(String.valueOf(e.getMessage())))
                .orElse(NodeRefusal.ALREADY_KNOWN);
        if (kind == NodeRefusal.ALREADY_KNOWN) {
          PendingTransaction pending =
              new PendingTransaction(
                  request, gasLimit, nextNonce, observer, Optional.of(fees), head.number());
          pending.add(version);
          nextNonce++;
          return tendTo(pending);
        }
        boolean nonceIsUsed =
            kind == NodeRefusal.NONCE_TOO_LOW || kind == NodeRefusal.REPLACEMENT_UNDERPRICED;
        if (nonceIsUsed && attempt < NONCE_ATTEMPTS) {
          nextNonce = Math.max(nextNonce + 1, client.pendingNonce(account));
          continue;
        }
        if (kind == NodeRefusal.UNDERPRICED && attempt < NONCE_ATTEMPTS) {
          Optional<Fees> more = Fees.bumped(fees, client, client.latestBlock(), policy);
          if (more.isPresent()) {
            fees = more.get();
            continue;
          }
        }
        throw refused(request, refusal.orElseThrow(), kind);
      }
    }
  }

  /// Takes up a transaction that was under way when the program ended, from its journal: sends its last version again
  /// and tends it, or finds that one of its versions is mined.
  ///
  /// @param versions all that [BroadcastObserver] was told, oldest first; at least one
  public PendingTransaction resume(
      TransactionRequest request, List<Broadcast> versions, BroadcastObserver observer) {
    Broadcast last = versions.getLast();
    BigInteger gasLimit =
        request.gasLimit().isPresent()
            ? BigInteger.valueOf(request.gasLimit().getAsLong())
            : MAX_GAS;
    synchronized (sendLock) {
      requireOpen(request);
      PendingTransaction pending =
          new PendingTransaction(
              request, gasLimit, last.nonce(), observer, Optional.empty(), client.blockNumber());
      versions.forEach(pending::add);
      rebroadcast(pending);
      return tendTo(pending);
    }
  }

  private PendingTransaction tendTo(PendingTransaction pending) {
    tended.put(pending.nonce, pending);
    synchronized (wakeUp) {
      wakeUp.notifyAll();
    }
    return pending;
  }

  private void requireOpen(TransactionRequest request) {
    if (closed) {
      throw new TransactionFailedException(
          TransactionFailedException.Reason.ABANDONED,
          "%s: the sender of %s is closed".formatted(request.operation(), account),
          Optional.empty());
    }
  }

  private long firstNonceBehindTended() {
    var last = tended.lastEntry();
    return last == null ? 0 : last.getKey() + 1;
  }

  private BigInteger gasLimit(TransactionRequest request, Block head) {
    if (request.gasLimit().isPresent()) {
      return BigInteger.valueOf(request.gasLimit().getAsLong());
    }
    BigInteger limit = head.gasLimit().min(MAX_GAS);
    BigInteger estimate = client.estimateGas(account, request);
    if (estimate.compareTo(limit) > 0) {
      throw new TransactionFailedException(
          TransactionFailedException.Reason.TOO_MUCH_GAS,
          "%s needs %s gas, a transaction on chain %d may use %s: make it smaller"
              .formatted(request.operation(), estimate, client.chainId(), limit),
          Optional.empty());
    }
    BigInteger margin =
        estimate
            .multiply(BigInteger.valueOf(policy.gasMarginPercent()))
            .divide(BigInteger.valueOf(100));
    return estimate.add(margin).min(limit);
  }

  /// A lost answer leaves open whether the node has it. The same bytes again can't hurt.
  private Optional<Response.Error> broadcast(Broadcast version) {
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Response.Error> refusal = client.broadcast(version.raw());
        boolean afterLostAnswer =
            attempt > 1
                && refusal
                        .map(e -> NodeRefusal.of(String.valueOf(e.getMessage())))
                        .orElse(NodeRefusal.OTHER)
                    == NodeRefusal.NONCE_TOO_LOW
                && client.knows(version.txHash());
        return afterLostAnswer ? Optional.empty() : refusal;
      } catch (NodeUnreachableException e) {
        if (attempt == SEND_ATTEMPTS || !pause(SEND_RETRY_DELAY)) {
          throw e;
        }
      }
    }
  }

  private ChainException refused(
      TransactionRequest request, Response.Error error, NodeRefusal kind) {
    if (kind == NodeRefusal.INSUFFICIENT_FUNDS) {
      return new TransactionFailedException(
          TransactionFailedException.Reason.INSUFFICIENT_FUNDS,
          "%s: %s on chain %d can't pay for value (%s wei) and gas: fund it"
              .formatted(request.operation(), account, client.chainId(), request.valueWei()),
          Optional.empty());
    }
    return client.failure(request.operation(), error);
  }

  // ---------------------------------------------------------------- the tending thread

  private void tend() {
    while (!closed) {
      try {
        synchronized (wakeUp) {
          while (tended.isEmpty() && !closed) {
            wakeUp.wait();
          }
        }
        Block head = client.latestBlock();
        for (PendingTransaction pending : tended.values()) {
          tendSafely(pending, head);
        }
        outageReported = false;
      } catch (InterruptedException e) {
        return;
      } catch (NodeUnreachableException | NodeErrorException e) {
        // The next round asks again; what is under way stays under way.
        if (!outageReported) {
          LOG.warn("transactions of {} can't be tended for now: {}", account, e.getMessage());
          outageReported = true;
        }
      }
      if (!pause(policy.pollInterval())) {
        return;
      }
    }
  }

  /// A fault in one transaction's handling must not leave the others untended.
  private void tendSafely(PendingTransaction pending, Block head) {
    try {
      tend(pending, head);
    } catch (NodeUnreachableException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error(
          "{}: tending transaction {} failed; trying again",
          pending.request.operation(),
          pending.txHash(),
          e);
    }
  }

  private void tend(PendingTransaction pending, Block head) {
    Optional<Digest> at = Optional.of(head.hash());
    boolean newHead = !at.equals(pending.checkedAt);
    boolean due = isDue(pending, head);
    if (!newHead && !(due && pending.seen.isEmpty())) {
      return;
    }
    Optional<TransactionReceipt> receipt = mined(pending);
    if (receipt.isPresent()) {
      pending.misses = 0;
      settle(pending, receipt.get(), head);
    } else if (pending.seen.isPresent()) {
      LOG.warn(
          "{}: transaction {} fell out of the chain with block {}; sending it again",
          pending.request.operation(),
          pending.seen.get().txHash(),
          pending.seen.get().blockHash());
      pending.seen = Optional.empty();
      sentNow(pending, head);
      rebroadcast(pending);
    } else if (isTaken(pending)) {
      finish(pending);
      pending.fail(
          new TransactionFailedException(
              TransactionFailedException.Reason.NONCE_TAKEN,
              "%s: another transaction of %s was mined under nonce %d: use the key in one place only"
                  .formatted(pending.request.operation(), account, pending.nonce),
              Optional.of(pending.txHash())));
    } else if (due) {
      sentNow(pending, head);
      restoreSettled(pending);
      replace(pending, head);
    }
    pending.checkedAt = at;
  }

  private boolean isDue(PendingTransaction pending, Block head) {
    return head.number() - pending.sentAtBlock >= policy.resendAfterBlocks()
        || System.nanoTime() - pending.sentAtNanos >= policy.resendAfter().toNanos();
  }

  private static void sentNow(PendingTransaction pending, Block head) {
    pending.sentAtBlock = head.number();
    pending.sentAtNanos = System.nanoTime();
  }

  private Optional<TransactionReceipt> mined(PendingTransaction pending) {
    for (Broadcast version : pending.versions().reversed()) {
      Optional<TransactionReceipt> receipt = client.receipt(version.txHash());
      if (receipt.isPresent()) {
        return receipt;
      }
    }
    return Optional.empty();
  }

  private void settle(PendingTransaction pending, TransactionReceipt receipt, Block head) {
    if (!receipt.isStatusOK()) {
      finish(pending);
      pending.fail(revert(pending, receipt));
      return;
    }
    Receipt result = ChainClient.receipt(receipt);
    pending.seen = Optional.of(result);
    boolean deepEnough = head.number() - result.blockNumber() >= policy.confirmations();
    if (deepEnough) {
      finish(pending);
    }
    pending.mined.complete(result);
    if (deepEnough) {
      pending.confirmed.complete(result);
    }
  }

  private void finish(PendingTransaction pending) {
    tended.remove(pending.nonce, pending);
    settled.put(pending.nonce, pending.versions().getLast().raw());
    if (settled.size() > SETTLED_KEPT) {
      settled.pollFirstEntry();
    }
  }

  /// Sends again what was settled once and is no longer in the chain, as far as `pending` waits for it.
  private void restoreSettled(PendingTransaction pending) {
    long mined = client.minedNonce(account);
    if (mined >= pending.nonce) {
      return;
    }
    settled.subMap(mined, pending.nonce).forEach((nonce, raw) -> {
      LOG.warn("transaction {} of {} is not in the chain any more; sending it again", nonce, account);
      client.broadcast(raw).ifPresent(e -> LOG.debug("sending transaction {} again: {}", nonce, e.getMessage()));
    });
  }

  /// A nonce below the mined count without a receipt of ours: taken, unless the node merely indexes late.
  private boolean isTaken(PendingTransaction pending) {
    if (client.minedNonce(account) <= pending.nonce) {
      pending.misses = 0;
      return false;
    }
    return ++pending.misses >= MISSES_UNTIL_TAKEN;
  }

  /// Sends the last version once more. What the node says is of no consequence: the next look at the chain tells.
  private void rebroadcast(PendingTransaction pending) {
    Broadcast last = pending.versions().getLast();
    try {
      client
          .broadcast(last.raw())
          .ifPresent(e -> LOG.debug("sending {} again: {}", last.txHash(), e.getMessage()));
    } catch (NodeUnreachableException e) {
      LOG.warn("sending {} again: {}", last.txHash(), e.getMessage());
    }
  }

  private void replace(PendingTransaction pending, Block head) {
    // First the same again: it may merely have been dropped. A node that has it says so.
    rebroadcast(pending);
    Optional<Fees> more =
        pending.fees.isPresent()
            ? Fees.bumped(pending.fees.get(), client, head, policy)
            // After a restart the fees offered last are unknown: what holds now, raised, is more in
            // most cases.
            : Fees.bumped(Fees.first(client, head, policy), client, head, policy);
    if (more.isEmpty()) {
      LOG.warn(
          "{}: transaction {} is not mined, and the cap of {} wei a gas allows no higher fee",
          pending.request.operation(),
          pending.txHash(),
          policy.maxFeePerGasWei());
      return;
    }
    Broadcast version =
        TransactionSigning.sign(
            signer, client.chainId(), pending.request, pending.nonce, pending.gasLimit, more.get());
    try {
      pending.observer.aboutToBroadcast(version);
    } catch (RuntimeException e) {
      LOG.error(
          "{}: no higher fee, as it could not be written down", pending.request.operation(), e);
      return;
    }
    // Before sending: if the answer is lost, this version may still be the one that is mined.
    pending.add(version);
    pending.fees = more;
    client
        .broadcast(version.raw())
        .ifPresent(
            e ->
                LOG.info(
                    "{}: the node refuses a higher fee: {}",
                    pending.request.operation(),
                    e.getMessage()));
  }

  /// Why a mined transaction reverted: from the receipt where the node says it, else by running it again.
  private ContractRevertedException revert(PendingTransaction pending, TransactionReceipt receipt) {
    Digest hash = Digest.ofHex(receipt.getTransactionHash());
    ContractErrors.Decoded why =
        Optional.ofNullable(receipt.getRevertReason())
            .filter(reason -> reason.matches("0x([0-9a-fA-F]{2}){4,}"))
            .map(reason -> client.errors().decode(Numeric.hexStringToByteArray(reason)))
            .or(() -> replayed(pending, receipt.getBlockNumber().longValueExact()))
            .orElseGet(
                () ->
                    receipt.getGasUsed().compareTo(pending.gasLimit) >= 0
                        ? new ContractErrors.Decoded(
                            "OutOfGas",
                            List.of(
                                new ContractRevertedException.Argument(
                                    "gasLimit", pending.gasLimit)))
                        : client.errors().decode(new byte[0]));
    return new ContractRevertedException(
        pending.request.operation(), why.name(), why.arguments(), Optional.of(hash));
  }

  private Optional<ContractErrors.Decoded> replayed(PendingTransaction pending, long block) {
    for (long at : new long[] {block, block - 1}) {
      try {
        client.simulate(account, pending.request, pending.gasLimit, OptionalLong.of(at));
      } catch (ContractRevertedException e) {
        return Optional.of(new ContractErrors.Decoded(e.name(), e.arguments()));
      } catch (NodeErrorException | NodeUnreachableException e) {
        LOG.debug(
            "running {} again at block {}: {}", pending.request.operation(), at, e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static boolean pause(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Stops tending. What is under way stays with the node; whoever waits for it gets
  /// [TransactionFailedException.Reason#ABANDONED]. The client stays open.
  @Override
  public void close() {
    synchronized (sendLock) {
      closed = true;
    }
    tender.interrupt();
    try {
      tender.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (PendingTransaction pending : tended.values()) {
      pending.fail(
          new TransactionFailedException(
              TransactionFailedException.Reason.ABANDONED,
              "%s: no longer waiting for transaction %s, the sender was closed"
                  .formatted(pending.request.operation(), pending.txHash()),
              Optional.of(pending.txHash())));
    }
  }

  @Override
  public String toString() {
    return "Transactions[" + account + ", " + client + "]";
  }
}
