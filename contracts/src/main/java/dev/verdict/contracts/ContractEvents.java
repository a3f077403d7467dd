package dev.verdict.contracts;

import static java.util.Map.entry;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.contracts.generated.DisputeGame;
import dev.verdict.contracts.generated.JobRegistry;
import dev.verdict.contracts.generated.StakeVault;
import dev.verdict.repops.commit.Digest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;
import org.web3j.protocol.core.methods.response.Log;

/// Turns the logs of one deployment's contracts into [ChainEvent]s. Logs of other contracts, and events unknown to this
/// version, are passed over.
public final class ContractEvents {
  /// One event's decoder: from web3j's log, which its generated code takes.
  private record Decoder(Event event, Function<Log, Function<EventPosition, ChainEvent>> decode) {}

  private static final Map<Digest, Decoder> VAULT =
      byTopic(
          new Decoder(
              StakeVault.DEPOSITED_EVENT,
              log -> {
                var e = StakeVault.getDepositedEventFromLog(log);
                return p ->
                    new ChainEvent.Deposited(p, account(e.account), account(e.from), e.amountWei);
              }),
          new Decoder(
              StakeVault.OPERATORSET_EVENT,
              log -> {
                var e = StakeVault.getOperatorSetEventFromLog(log);
                return p ->
                    new ChainEvent.OperatorSet(p, account(e.account), account(e.key), e.allowed);
              }),
          new Decoder(
              StakeVault.WITHDRAWALREQUESTED_EVENT,
              log -> {
                var e = StakeVault.getWithdrawalRequestedEventFromLog(log);
                return p ->
                    new ChainEvent.WithdrawalRequested(
                        p, account(e.account), e.amountWei, e.availableAt.longValueExact());
              }),
          new Decoder(
              StakeVault.WITHDRAWN_EVENT,
              log -> {
                var e = StakeVault.getWithdrawnEventFromLog(log);
                return p -> new ChainEvent.Withdrawn(p, account(e.account), e.amountWei);
              }),
          new Decoder(
              StakeVault.LOCKED_EVENT,
              log -> {
                var e = StakeVault.getLockedEventFromLog(log);
                return p -> new ChainEvent.Locked(p, account(e.account), e.amountWei);
              }),
          new Decoder(
              StakeVault.UNLOCKED_EVENT,
              log -> {
                var e = StakeVault.getUnlockedEventFromLog(log);
                return p -> new ChainEvent.Unlocked(p, account(e.account), e.amountWei);
              }),
          new Decoder(
              StakeVault.DISTRIBUTED_EVENT,
              log -> {
                var e = StakeVault.getDistributedEventFromLog(log);
                return p ->
                    new ChainEvent.Distributed(
                        p, account(e.from), account(e.to), e.paidWei, e.pooledWei);
              }));

  private static final Map<Digest, Decoder> REGISTRY =
      byTopic(
          new Decoder(
              JobRegistry.JOBSUBMITTED_EVENT,
              log -> {
                var e = JobRegistry.getJobSubmittedEventFromLog(log);
                return p ->
                    new ChainEvent.JobSubmitted(
                        p,
                        Digest.of(e.jobId),
                        account(e.submitter),
                        Digest.of(e.programRoot),
                        e.location);
              }),
          new Decoder(
              JobRegistry.JOBCANCELLED_EVENT,
              log -> {
                var e = JobRegistry.getJobCancelledEventFromLog(log);
                return p ->
                    new ChainEvent.JobCancelled(p, Digest.of(e.jobId), account(e.submitter));
              }),
          new Decoder(
              JobRegistry.JOBACCEPTED_EVENT,
              log -> {
                var e = JobRegistry.getJobAcceptedEventFromLog(log);
                return p ->
                    new ChainEvent.JobAccepted(
                        p, Digest.of(e.jobId), account(e.solver), e.workDeadline.longValue());
              }),
          new Decoder(
              JobRegistry.JOBEXPIRED_EVENT,
              log -> {
                var e = JobRegistry.getJobExpiredEventFromLog(log);
                return p -> new ChainEvent.JobExpired(p, Digest.of(e.jobId), account(e.solver));
              }),
          new Decoder(
              JobRegistry.CLAIMPOSTED_EVENT,
              log -> {
                var e = JobRegistry.getClaimPostedEventFromLog(log);
                return p ->
                    new ChainEvent.ClaimPosted(
                        p,
                        e.claimId.longValue(),
                        Digest.of(e.jobId),
                        account(e.solver),
                        Digest.of(e.checkpoints),
                        Digest.of(e.lastState),
                        e.windowEnd.longValue(),
                        e.location);
              }),
          new Decoder(
              JobRegistry.CLAIMREFUTED_EVENT,
              log -> {
                var e = JobRegistry.getClaimRefutedEventFromLog(log);
                return p ->
                    new ChainEvent.ClaimRefuted(
                        p, e.claimId.longValue(), Digest.of(e.jobId), e.gameId.longValue());
              }),
          new Decoder(
              JobRegistry.CLAIMSETTLED_EVENT,
              log -> {
                var e = JobRegistry.getClaimSettledEventFromLog(log);
                return p ->
                    new ChainEvent.ClaimSettled(
                        p,
                        e.claimId.longValue(),
                        e.gameId.longValue(),
                        account(e.winner),
                        e.rewardWei,
                        e.pooledWei);
              }),
          new Decoder(
              JobRegistry.CLAIMCONFIRMED_EVENT,
              log -> {
                var e = JobRegistry.getClaimConfirmedEventFromLog(log);
                return p ->
                    new ChainEvent.ClaimConfirmed(
                        p,
                        e.claimId.longValue(),
                        Digest.of(e.jobId),
                        account(e.solver),
                        e.paymentWei);
              }),
          new Decoder(
              JobRegistry.BONDFORFEITED_EVENT,
              log -> {
                var e = JobRegistry.getBondForfeitedEventFromLog(log);
                return p ->
                    new ChainEvent.BondForfeited(
                        p,
                        e.claimId.longValue(),
                        e.gameId.longValue(),
                        account(e.challenger),
                        e.rewardWei,
                        e.pooledWei);
              }));

  private static final Map<Digest, Decoder> GAME =
      byTopic(
          new Decoder(
              DisputeGame.CHALLENGED_EVENT,
              log -> {
                var e = DisputeGame.getChallengedEventFromLog(log);
                return p ->
                    new ChainEvent.Challenged(
                        p,
                        e.gameId.longValue(),
                        e.claimId.longValue(),
                        account(e.challenger),
                        account(e.solver),
                        e.interval.longValue(),
                        Digest.of(e.opening));
              }),
          new Decoder(
              DisputeGame.MOVED_EVENT,
              log -> {
                var e = DisputeGame.getMovedEventFromLog(log);
                return p ->
                    new ChainEvent.Moved(
                        p,
                        e.gameId.longValue(),
                        GameFunctions.name(HexFormat.of().formatHex(e.move)),
                        GameState.decode(e.state));
              }),
          new Decoder(
              DisputeGame.REVEALED_EVENT,
              log -> {
                var e = DisputeGame.getRevealedEventFromLog(log);
                return p -> new ChainEvent.Revealed(p, e.gameId.longValue(), Bytes.of(e.data));
              }),
          new Decoder(
              DisputeGame.DECIDED_EVENT,
              log -> {
                var e = DisputeGame.getDecidedEventFromLog(log);
                return p ->
                    new ChainEvent.Decided(
                        p,
                        e.gameId.longValue(),
                        e.claimId.longValue(),
                        Verdict.values()[e.verdict.intValueExact()],
                        Reason.values()[e.reason.intValueExact()],
                        Digest.of(e.result),
                        Digest.of(e.claimed));
              }));

  private final Map<Account, Map<Digest, Decoder>> byEmitter;

  /// For the contracts at these addresses.
  public ContractEvents(Account vault, Account registry, Account game) {
    this.byEmitter =
        Map.ofEntries(entry(vault, VAULT), entry(registry, REGISTRY), entry(game, GAME));
  }

  /// The event of a log; empty where it is none of these contracts'.
  public Optional<ChainEvent> decode(LogEntry entry) {
    if (entry.topics().isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(
            byEmitter.getOrDefault(entry.emitter(), Map.of()).get(entry.topics().getFirst()))
        .map(decoder -> decoder.decode().apply(web3jLog(entry)).apply(entry.position()));
  }

  /// The events of a transaction, in order.
  public List<ChainEvent> in(Receipt receipt) {
    return receipt.logs().stream().map(this::decode).flatMap(Optional::stream).toList();
  }

  /// The one event of a kind in a transaction. Throws [NoSuchElementException] where there is none.
  public <T extends ChainEvent> T one(Receipt receipt, Class<T> kind) {
    return in(receipt).stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    "transaction " + receipt.txHash() + " has no " + kind.getSimpleName()));
  }

  /// The events in blocks `from` to `to`, both included, in the chain's order.
  public List<ChainEvent> between(ChainClient client, long from, long to) {
    return client.logs(from, to, byEmitter.keySet()).stream()
        .map(this::decode)
        .flatMap(Optional::stream)
        .toList();
  }

  private static Map<Digest, Decoder> byTopic(Decoder... decoders) {
    return Stream.of(decoders)
        .collect(
            Collectors.toUnmodifiableMap(
                d -> Digest.ofHex(EventEncoder.encode(d.event())), Function.identity()));
  }

  /// How many kinds of event each contract has here, for the test that none is missing.
  static int kinds() {
    return VAULT.size() + REGISTRY.size() + GAME.size();
  }

  private static Log web3jLog(LogEntry entry) {
    Log log = new Log();
    log.setAddress(entry.emitter().toString());
    log.setTopics(entry.topics().stream().map(Digest::toString).toList());
    log.setData("0x" + HexFormat.of().formatHex(entry.data()));
    return log;
  }

  private static Account account(String hex) {
    return Account.ofHex(hex);
  }
}
