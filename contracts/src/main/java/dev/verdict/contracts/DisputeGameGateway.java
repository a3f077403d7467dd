package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.contracts.generated.DisputeGame;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.web3j.tx.gas.DefaultGasProvider;

/// The dispute game (SPEC §6). Methods that return a [TransactionRequest] send nothing: hand it to [Transactions]. The
/// state that a move leads to comes from the receipt's events, see [ContractEvents].
public final class DisputeGameGateway extends Gateway {
  private final DisputeGame wrapper;

  private DisputeGameGateway(ChainClient client, Account address, OptionalLong block) {
    super("DisputeGame", client, address, block);
    this.wrapper =
        DisputeGame.load(
            address.toString(),
            client.web3j(),
            encodingOnly(client, address),
            new DefaultGasProvider());
  }

  /// Reads at the newest block.
  public static DisputeGameGateway at(ChainClient client, Account address) {
    return new DisputeGameGateway(client, address, OptionalLong.empty());
  }

  /// Reads as of a block.
  public DisputeGameGateway asOf(long blockNumber) {
    return new DisputeGameGateway(client(), address(), OptionalLong.of(blockNumber));
  }

  /// Starts a game by demanding C, whose interval is selected when it is revealed. By the challenger or its operator.
  public TransactionRequest challenge(long claimId, Account challenger) {
    return challenge(claimId, challenger, 0, Digest.ZERO);
  }

  /// Starts a game and selects the interval, from 1, openly.
  public TransactionRequest challenge(long claimId, Account challenger, long interval) {
    if (interval == 0) {
      throw new IllegalArgumentException("intervals count from 1");
    }
    return challenge(claimId, challenger, interval, Digest.ZERO);
  }

  /// Starts a game and commits to a hidden interval (SPEC §6.5).
  public TransactionRequest challengeHidden(long claimId, Account challenger, Digest opening) {
    return challenge(claimId, challenger, 0, opening);
  }

  private TransactionRequest challenge(
      long claimId, Account challenger, long interval, Digest opening) {
    return request(
        "challenge",
        wrapper.challenge(u64(claimId), challenger.toString(), u64(interval), opening.bytes()));
  }

  /// A move in the game whose present state is `state`.
  public TransactionRequest move(GameState state, Move move) {
    BigInteger game = u64(state.gameId());
    byte[] encoded = state.encode();
    return switch (move) {
      case Move.SelectInterval(long interval, Digest salt) ->
          request(
              "selectInterval", wrapper.selectInterval(game, encoded, u64(interval), salt.bytes()));
      case Move.CommitSteps(Digest stepsTree) ->
          request("commitSteps", wrapper.commitSteps(game, encoded, stepsTree.bytes()));
      case Move.SelectStep(long step) ->
          request("selectStep", wrapper.selectStep(game, encoded, u64(step)));
      case Move.CommitTrace(Bytes proof) ->
          request("commitTrace", wrapper.commitTrace(game, encoded, proof.toArray()));
      case Move.SelectElement(long node, long element) ->
          request("selectElement", wrapper.selectElement(game, encoded, u64(node), u64(element)));
      case Move.SelectSlot(long slot) ->
          request("selectSlot", wrapper.selectSlot(game, encoded, u64(slot)));
      case Move.CommitFold(Bytes proof) ->
          request("commitFold", wrapper.commitFold(game, encoded, proof.toArray()));
      case Move.SelectPosition(long position) ->
          request("selectPosition", wrapper.selectPosition(game, encoded, u64(position)));
      case Move.Demand(long target, List<Digest> revealed) ->
          request("demand", wrapper.demand(game, encoded, u64(target), bytes(revealed)));
      case Move.Reveal(Bytes data) ->
          request("reveal", wrapper.reveal(game, encoded, data.toArray()));
      case Move.Prove(Bytes proof) ->
          request("prove", wrapper.prove(game, encoded, proof.toArray()));
      case Move.Timeout() -> request("timeout", wrapper.timeout(game, encoded));
    };
  }

  /// keccak256 of the game's state; empty where there is no such game or it is over.
  public Optional<Digest> stateHash(long gameId) {
    return Optional.of(readDigest("stateHash", wrapper.stateHash(u64(gameId))))
        .filter(hash -> !hash.equals(Digest.ZERO));
  }

  /// Games begun so far, and the id of the last.
  public long gameCount() {
    return readLong("gameCount", wrapper.gameCount());
  }

  /// The clocks.
  public GameParameters parameters() {
    return new GameParameters(
        readLong("SOLVER_CLOCK", wrapper.SOLVER_CLOCK()),
        readLong("CHALLENGER_CLOCK", wrapper.CHALLENGER_CLOCK()),
        readLong("EXTENSION", wrapper.EXTENSION()));
  }

  /// No game lasts longer (SPEC §6.4).
  public long delayBoundSeconds() {
    return readLong("delayBound", wrapper.delayBound());
  }

  /// Moves of the longest game.
  public long maxMoves() {
    return readLong("MAX_MOVES", wrapper.MAX_MOVES());
  }

  public Account registry() {
    return readAccount("REGISTRY", wrapper.REGISTRY());
  }

  public Account vault() {
    return readAccount("VAULT", wrapper.VAULT());
  }

  public Account verifier() {
    return readAccount("VERIFIER", wrapper.VERIFIER());
  }
}
