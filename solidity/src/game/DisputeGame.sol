// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "../commitment/ProofReader.sol";
import { StateCommitment } from "../commitment/StateCommitment.sol";
import { Subtree } from "../commitment/Subtree.sol";
import { TensorCommitment } from "../commitment/TensorCommitment.sol";
import { VectorCommitment } from "../commitment/VectorCommitment.sol";
import { IDisputeGame } from "../interfaces/IDisputeGame.sol";
import { IJobRegistry } from "../interfaces/IJobRegistry.sol";
import { Finding, IOneStepVerifier } from "../interfaces/IOneStepVerifier.sol";
import { IStakeVault } from "../interfaces/IStakeVault.sol";
import { ProgramHeader, ProgramHeaders } from "../program/ProgramHeader.sol";
import { DisputedClaim } from "../types/Claim.sol";
import { DemandKind, GameState, Phase } from "../types/GameState.sol";
import { Reason, Verdict } from "../types/Verdict.sol";
import { ChessClock } from "./ChessClock.sol";
import { GameStateCodec } from "./GameStateCodec.sol";
import { Interval } from "./Interval.sol";

/// @title DisputeGame
/// @notice See {IDisputeGame}.
/// @dev Holds no money and calls only the registry, the vault and the verifier, none of which calls back.
contract DisputeGame is IDisputeGame {
    /// Tag of a hidden interval (SPEC §6.5).
    uint8 private constant OPENING_TAG = 0x30;

    /// Limits of SPEC §3.1, on which MAX_MOVES rests.
    uint32 private constant MAX_NODES = 1 << 20;
    uint32 private constant MAX_SLOTS = 1 << 16;
    uint64 private constant MAX_NUMEL = 1 << 40;
    uint64 private constant MAX_FOLD = 1 << 32;

    /// The longest clock and extension.
    uint64 private constant MAX_SECONDS = 1 << 40;

    /// Gas of a move that gasleft() doesn't see, for the repayment of SPEC §8: the transaction itself; the carried
    /// state as calldata, about 450 of its 1,024 bytes not zero; a further byte, taken as not zero; storing and
    /// emitting the next state; and after a verdict the registry's settlement. DisputeGameGasTest holds the sums to within a tenth of what transactions cost.
    uint256 private constant TX_GAS = 21_000;
    uint256 private constant STATE_CALLDATA_GAS = 9500;
    uint256 private constant CALLDATA_BYTE_GAS = 16;
    uint256 private constant MOVE_TAIL_GAS = 15_000;
    uint256 private constant VERDICT_TAIL_GAS = 60_000;

    IJobRegistry private immutable _REGISTRY;
    IStakeVault private immutable _VAULT;
    IOneStepVerifier private immutable _VERIFIER;
    /// @inheritdoc IDisputeGame
    uint64 public immutable SOLVER_CLOCK;
    /// @inheritdoc IDisputeGame
    uint64 public immutable CHALLENGER_CLOCK;
    /// @inheritdoc IDisputeGame
    uint64 public immutable EXTENSION;
    /// @inheritdoc IDisputeGame
    uint64 public constant MAX_MOVES = 90;

    /// @inheritdoc IDisputeGame
    mapping(uint64 gameId => bytes32) public stateHash;
    /// @inheritdoc IDisputeGame
    uint64 public gameCount;

    /// @param registry jobs and claims; names this contract as its game, and the vault
    /// @param verifier one-step adjudication
    /// @param solverClockSeconds on the solver's clock at the start
    /// @param challengerClockSeconds on the challenger's
    /// @param extensionSeconds that a move leaves its mover at least
    constructor(
        address registry,
        address verifier,
        uint64 solverClockSeconds,
        uint64 challengerClockSeconds,
        uint64 extensionSeconds
    ) {
        _requireSeconds("solverClockSeconds", solverClockSeconds);
        _requireSeconds("challengerClockSeconds", challengerClockSeconds);
        _requireSeconds("extensionSeconds", extensionSeconds);
        _REGISTRY = IJobRegistry(registry);
        _VAULT = IStakeVault(_REGISTRY.VAULT());
        _VERIFIER = IOneStepVerifier(verifier);
        SOLVER_CLOCK = solverClockSeconds;
        CHALLENGER_CLOCK = challengerClockSeconds;
        EXTENSION = extensionSeconds;

        // INVARIANT: the three contracts name each other; deployed otherwise they would hold money for nobody.
        _requireSame("registry.GAME", _REGISTRY.GAME(), address(this));
        _requireSame("vault.REGISTRY", _VAULT.REGISTRY(), registry);
        if (verifier.code.length == 0) revert Misconfigured("verifier.code", 0, 1);
        // INVARIANT: unbonding takes longer than any claim can stay undecided (SPEC §8).
        uint256 longest = uint256(_REGISTRY.MAX_CHALLENGE_SECONDS()) + delayBound();
        if (_VAULT.UNBONDING_SECONDS() <= longest) {
            revert Misconfigured("vault.UNBONDING_SECONDS", _VAULT.UNBONDING_SECONDS(), longest + 1);
        }
    }

    // ------------------------------------------------------------------ level 0: checkpoints

    /// @inheritdoc IDisputeGame
    function challenge(uint64 claimId, address challenger, uint64 interval, bytes32 opening)
        external
        returns (uint64 gameId)
    {
        uint256 gasAtStart = gasleft();
        gameId = ++gameCount;
        // INVARIANT: nobody's bond is locked but by itself or its operator.
        _requireMayMove(gameId, challenger);
        // INVARIANT: an interval is committed to in one way.
        if (interval != 0 && opening != 0) revert OpenAndHidden(interval, opening);

        DisputedClaim memory disputed = _REGISTRY.gameOpened(claimId, challenger);
        GameState memory game;
        game.gameId = gameId;
        game.claimId = claimId;
        game.solver = disputed.solver;
        game.challenger = challenger;
        game.programRoot = disputed.programRoot;
        game.checkpoints = disputed.checkpoints;
        game.steps = disputed.steps;
        game.checkpointInterval = disputed.checkpointInterval;
        game.movedAt = uint64(block.timestamp);
        game.solverClock = SOLVER_CLOCK;
        game.challengerClock = CHALLENGER_CLOCK;
        game.opening = opening;
        game.phase = Phase.SELECT_INTERVAL;
        if (interval != 0) {
            game.phase = _enterInterval(game, interval);
        } else if (opening == 0) {
            // Who names no interval, openly or hidden, has yet to look into C: the challenge is the demand for it.
            _oweRoot(game, 0);
            game.phase = Phase.REVEAL;
        }
        emit Challenged(gameId, claimId, challenger, disputed.solver, interval, opening);
        game.challengerGas = _gasUsed(gasAtStart, MOVE_TAIL_GAS);
        _store(game);
    }

    /// @inheritdoc IDisputeGame
    function selectInterval(uint64 gameId, bytes calldata state, uint64 interval, bytes32 salt) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.SELECT_INTERVAL);
        if (game.opening != 0) {
            bytes32 opening =
                sha256(abi.encodePacked(OPENING_TAG, game.claimId, game.challenger, interval, salt));
            // INVARIANT: a hidden interval is the one that was committed to, by this challenger on this claim.
            if (opening != game.opening) revert OpeningDiffers(game.opening, opening);
        }
        _advance(game, _enterInterval(game, interval), gasAtStart);
    }

    // ------------------------------------------------------------------ level 1: steps

    /// @inheritdoc IDisputeGame
    function commitSteps(uint64 gameId, bytes calldata state, bytes32 stepsTree) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.COMMIT_STEPS);
        game.stepsRoot = VectorCommitment.root(_innerSteps(game), stepsTree);
        _advance(game, Phase.SELECT_STEP, gasAtStart);
    }

    /// @inheritdoc IDisputeGame
    function selectStep(uint64 gameId, bytes calldata state, uint64 step) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.SELECT_STEP);
        (uint64 first, uint64 last) = _bounds(game);
        _requireIn(step, first, last - 1);
        game.step = step;
        _advance(game, Phase.COMMIT_TRACE, gasAtStart);
    }

    // ------------------------------------------------------------------ level 2: nodes

    /// @inheritdoc IDisputeGame
    function commitTrace(uint64 gameId, bytes calldata state, bytes calldata proof) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.COMMIT_TRACE);
        Proof memory cursor = ProofReader.over(proof);
        _openProgram(game, cursor);
        game.traceRoot = VectorCommitment.root(game.nodeCount, cursor.readBytes32());
        game.slotsBefore = VectorCommitment.root(game.slotCount, cursor.readBytes32());
        game.slotsAfter = VectorCommitment.root(game.slotCount, cursor.readBytes32());
        _openState(game, cursor, game.step, game.slotsBefore);
        _openState(game, cursor, game.step + 1, game.slotsAfter);
        cursor.requireEnd();
        _advance(game, Phase.SELECT_NODE, gasAtStart);
    }

    /// @inheritdoc IDisputeGame
    function selectElement(uint64 gameId, bytes calldata state, uint32 node, uint64 element) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.SELECT_NODE);
        _requireIn(node, 0, game.nodeCount - 1);
        game.target = node;
        // Whether the node has this element shows when the solver opens it.
        game.element = element;
        _advance(game, Phase.OPEN_NODE, gasAtStart);
    }

    /// @inheritdoc IDisputeGame
    function selectSlot(uint64 gameId, bytes calldata state, uint32 slot) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.SELECT_NODE);
        _requireIn(slot, 0, game.slotCount - 1);
        game.target = slot;
        _advance(game, Phase.PROVE_SLOT, gasAtStart);
    }

    // ------------------------------------------------------------------ level 3: the fold

    /// @inheritdoc IDisputeGame
    function commitFold(uint64 gameId, bytes calldata state, bytes calldata proof) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.OPEN_NODE);
        (uint64 numel, uint64 foldLength, uint8 dtype, bytes32 foldRoot) =
            _VERIFIER.openFold(game.programRoot, game.nodeCount, game.target, proof);
        // INVARIANT: an element that doesn't exist can't be proved, so pointing at one loses.
        if (game.element >= numel) {
            _decide(game, Verdict.CHALLENGER_LOSES, Reason.OUT_OF_RANGE, 0, 0, gasAtStart);
            return;
        }
        if (foldLength < 2) revert NoFold(game.target);
        // INVARIANT: SPEC §3.1's limit, on which the delay bound rests.
        _requireIn(foldLength, 2, MAX_FOLD);
        game.foldRoot = foldRoot;
        game.foldLength = foldLength;
        game.foldDType = dtype;
        _advance(game, Phase.SELECT_POSITION, gasAtStart);
    }

    /// @inheritdoc IDisputeGame
    function selectPosition(uint64 gameId, bytes calldata state, uint64 position) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.SELECT_POSITION);
        _requireIn(position, 0, game.foldLength - 1);
        game.position = position;
        _advance(game, Phase.PROVE_POSITION, gasAtStart);
    }

    // ------------------------------------------------------------------ forced reveal

    /// @inheritdoc IDisputeGame
    function demand(uint64 gameId, bytes calldata state, uint32 target, bytes32[] calldata revealed)
        external
    {
        uint256 gasAtStart = gasleft();
        GameState memory game = _resume(gameId, state);
        if (!_isSelecting(game.phase)) revert WrongPhase(gameId, game.phase);
        _requireMover(game);
        if (game.demandKind == DemandKind.NONE) {
            _demandRoot(game, target, revealed);
        } else {
            _demandEntry(game, target, revealed);
        }
        _advanceKeepingCursor(game, Phase.REVEAL, gasAtStart);
    }

    /// @inheritdoc IDisputeGame
    function reveal(uint64 gameId, bytes calldata state, bytes calldata data) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _begin(gameId, state, Phase.REVEAL);
        Proof memory cursor = ProofReader.over(data);
        uint64 leaves = game.demandCount;
        bool whole = game.demandHash == _levelRoot(game);
        bytes32 opened;

        if (game.demandKind == DemandKind.TENSOR && leaves == 1 && !whole) {
            // The end of the descent: a leaf's chunk. Its length isn't bound to its place here; an element in a chunk
            // of another length than its place implies can't be proved.
            if (data.length == 0 || data.length > TensorCommitment.CHUNK_BYTES) {
                revert RevealLength(data.length, TensorCommitment.CHUNK_BYTES);
            }
            opened = TensorCommitment.leafHash(data);
            _requireRevealed(game, opened);
            game.demandKind = DemandKind.DONE;
            game.demandHash = 0;
            game.demandCount = 0;
        } else {
            if (game.demandKind == DemandKind.TRACE && leaves == 1 && !whole) {
                (leaves, opened) = _openTensor(cursor);
                game.demandKind = DemandKind.TENSOR;
                game.demandCount = leaves;
            } else {
                opened = Subtree.hashFromDescendants(cursor, leaves);
                if (whole) {
                    opened = game.demandKind == DemandKind.TENSOR
                        ? TensorCommitment.root(game.foldDType, game.foldLength - 1, opened)
                        : VectorCommitment.root(leaves, opened);
                }
            }
            cursor.requireEnd();
            _requireRevealed(game, opened);
            game.demandHash = keccak256(data[data.length - 32 * Subtree.descendantCount(leaves):]);
        }
        emit Revealed(gameId, data);
        _advanceKeepingCursor(game, _demandingPhase(game), gasAtStart);
    }

    // ------------------------------------------------------------------ the end

    /// @inheritdoc IDisputeGame
    function prove(uint64 gameId, bytes calldata state, bytes calldata proof) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _resume(gameId, state);
        if (
            game.phase != Phase.OPEN_NODE && game.phase != Phase.PROVE_SLOT
                && game.phase != Phase.PROVE_POSITION
        ) revert WrongPhase(gameId, game.phase);
        // Anyone may prove, in the solver's time.
        _requireInTime(game);
        (Finding finding, bytes32 result, bytes32 claimed) = _VERIFIER.adjudicate(state, proof);
        Verdict verdict = finding == Finding.DIFFERENT ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES;
        Reason reason = finding == Finding.ELEMENT_OUT_OF_RANGE ? Reason.OUT_OF_RANGE : Reason.PROVED;
        _decide(game, verdict, reason, result, claimed, gasAtStart);
    }

    /// @inheritdoc IDisputeGame
    function timeout(uint64 gameId, bytes calldata state) external {
        uint256 gasAtStart = gasleft();
        GameState memory game = _resume(gameId, state);
        bool solverMoves = !_isSelecting(game.phase);
        uint64 lastInstant = _lastInstant(game, solverMoves);
        // INVARIANT: at no instant are a move and its timeout both valid.
        if (block.timestamp <= lastInstant) revert ClockNotExpired(gameId, block.timestamp, lastInstant);
        _decide(
            game,
            solverMoves ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES,
            Reason.TIMED_OUT,
            0,
            0,
            gasAtStart
        );
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IDisputeGame
    function REGISTRY() external view returns (address) {
        return address(_REGISTRY);
    }

    /// @inheritdoc IDisputeGame
    function VAULT() external view returns (address) {
        return address(_VAULT);
    }

    /// @inheritdoc IDisputeGame
    function VERIFIER() external view returns (address) {
        return address(_VERIFIER);
    }

    /// @inheritdoc IDisputeGame
    function delayBound() public view returns (uint64) {
        return SOLVER_CLOCK + CHALLENGER_CLOCK + MAX_MOVES * EXTENSION;
    }

    // ------------------------------------------------------------------ steps of a move

    /// @dev The state carried, where it is the game's present one.
    function _resume(uint64 gameId, bytes calldata state) private view returns (GameState memory game) {
        bytes32 expected = stateHash[gameId];
        // INVARIANT: a game that is over, or never was, admits nothing.
        if (expected == 0) revert UnknownGame(gameId);
        bytes32 actual = keccak256(state);
        // INVARIANT: a move is made for the present state, and for it alone (SPEC §6.3).
        if (actual != expected) revert StaleState(gameId, expected, actual);
        return GameStateCodec.decode(state);
    }

    /// @dev The game, where `phase` is its phase and its mover makes a move in time.
    function _begin(uint64 gameId, bytes calldata state, Phase phase)
        private
        view
        returns (GameState memory game)
    {
        game = _resume(gameId, state);
        // INVARIANT: SPEC §6.3.1's table.
        if (game.phase != phase) revert WrongPhase(gameId, game.phase);
        _requireMover(game);
    }

    /// @dev The sender moves for the side whose turn it is, in time.
    function _requireMover(GameState memory game) private view {
        _requireMayMove(game.gameId, _isSelecting(game.phase) ? game.challenger : game.solver);
        _requireInTime(game);
    }

    function _requireMayMove(uint64 gameId, address account) private view {
        // INVARIANT: SPEC §6.6.
        if (!_mayMoveFor(account)) revert NotYourMove(gameId, msg.sender, account);
    }

    function _mayMoveFor(address account) private view returns (bool) {
        // The account itself needs no look into the vault.
        return msg.sender == account || _VAULT.isOperatorFor(account, msg.sender);
    }

    function _requireInTime(GameState memory game) private view {
        uint64 lastInstant = _lastInstant(game, !_isSelecting(game.phase));
        // INVARIANT: SPEC §6.4.
        if (block.timestamp > lastInstant) revert ClockExpired(game.gameId, block.timestamp, lastInstant);
    }

    function _lastInstant(GameState memory game, bool solverMoves) private pure returns (uint64) {
        return ChessClock.lastInstant(game.movedAt, solverMoves ? game.solverClock : game.challengerClock);
    }

    /// @dev Whether the challenger is to move: it selects or demands, the solver does all else.
    function _isSelecting(Phase phase) private pure returns (bool) {
        return phase == Phase.SELECT_INTERVAL || phase == Phase.SELECT_STEP || phase == Phase.SELECT_NODE
            || phase == Phase.SELECT_POSITION;
    }

    /// @dev Ends a move: the next phase has its cursor clear.
    function _advance(GameState memory game, Phase next, uint256 gasAtStart) private {
        game.demandKind = DemandKind.NONE;
        game.demandHash = 0;
        game.demandCount = 0;
        _advanceKeepingCursor(game, next, gasAtStart);
    }

    function _advanceKeepingCursor(GameState memory game, Phase next, uint256 gasAtStart) private {
        uint64 time = uint64(block.timestamp);
        if (_isSelecting(game.phase)) {
            game.challengerClock = ChessClock.afterMove(game.movedAt, game.challengerClock, time, EXTENSION);
            game.challengerGas += _gasUsed(gasAtStart, MOVE_TAIL_GAS);
        } else {
            game.solverClock = ChessClock.afterMove(game.movedAt, game.solverClock, time, EXTENSION);
            game.solverGas += _gasUsed(gasAtStart, MOVE_TAIL_GAS);
        }
        game.movedAt = time;
        game.phase = next;
        _store(game);
    }

    function _store(GameState memory game) private {
        bytes memory encoded = GameStateCodec.encode(game);
        stateHash[game.gameId] = keccak256(encoded);
        emit Moved(game.gameId, msg.sig, encoded);
    }

    /// @dev Ends the game. The winner's gas is what its own moves used, this one too where it made it.
    function _decide(
        GameState memory game,
        Verdict verdict,
        Reason reason,
        bytes32 result,
        bytes32 claimed,
        uint256 gasAtStart
    ) private {
        // INVARIANT: a game is decided once.
        delete stateHash[game.gameId];
        emit Decided(game.gameId, game.claimId, verdict, reason, result, claimed);
        bool solverLost = verdict == Verdict.SOLVER_LOSES;
        uint64 winnerGas = solverLost ? game.challengerGas : game.solverGas;
        if (_mayMoveFor(solverLost ? game.challenger : game.solver)) {
            winnerGas += _gasUsed(gasAtStart, VERDICT_TAIL_GAS);
        }
        _REGISTRY.gameClosed(game.claimId, game.gameId, game.challenger, solverLost, winnerGas);
    }

    /// @dev Gas of this transaction, about (SPEC §8); no rule of the game reads it.
    function _gasUsed(uint256 gasAtStart, uint256 tail) private view returns (uint64) {
        uint256 further = msg.data.length > GameStateCodec.LENGTH_BYTES
            ? CALLDATA_BYTE_GAS * (msg.data.length - GameStateCodec.LENGTH_BYTES) + STATE_CALLDATA_GAS
            : CALLDATA_BYTE_GAS * msg.data.length;
        // A transaction's gas fits in 64 bits, and so does the sum of a game's.
        return uint64(gasAtStart - gasleft() + TX_GAS + further + tail);
    }

    // ------------------------------------------------------------------ steps of the levels

    /// @dev Selects an interval; one of a single step has no level 1.
    function _enterInterval(GameState memory game, uint64 interval) private pure returns (Phase next) {
        _requireIn(interval, 1, Interval.count(game.steps, game.checkpointInterval));
        game.interval = interval;
        (uint64 first, uint64 last) = _bounds(game);
        if (last - first > 1) return Phase.COMMIT_STEPS;
        game.step = first;
        return Phase.COMMIT_TRACE;
    }

    function _bounds(GameState memory game) private pure returns (uint64 first, uint64 last) {
        return Interval.bounds(game.interval, game.steps, game.checkpointInterval);
    }

    /// @dev b − a − 1, the length of level 1's vector.
    function _innerSteps(GameState memory game) private pure returns (uint64) {
        (uint64 first, uint64 last) = _bounds(game);
        return last - first - 1;
    }

    /// @dev Reads `header ‖ nodesRoot`, and takes the counts from it.
    function _openProgram(GameState memory game, Proof memory cursor) private view {
        ProgramHeader memory header = ProgramHeaders.read(cursor);
        ProgramHeaders.requireProgram(header, cursor.readBytes32(), game.programRoot);
        (uint32 slotCount, uint32 nodeCount) = (header.slotCount, header.nodeCount);
        // INVARIANT: SPEC §3.1's limits, on which the delay bound rests; and a vector of no leaves has none to point
        // at. A program outside them is one that no solver accepts.
        _requireIn(slotCount, 1, MAX_SLOTS);
        _requireIn(nodeCount, 1, MAX_NODES);
        game.slotCount = slotCount;
        game.nodeCount = nodeCount;
    }

    /// @dev Reads the path of S_step in the vector that has it: the checkpoints at the interval's ends, the inner
    /// states between them.
    function _openState(GameState memory game, Proof memory cursor, uint64 step, bytes32 slotsRoot)
        private
        view
    {
        (uint64 first, uint64 last) = _bounds(game);
        bytes32 leaf = StateCommitment.root(step, slotsRoot);
        bytes32 expected;
        bytes32 opened;
        if (step == first || step == last) {
            expected = game.checkpoints;
            opened = VectorCommitment.rootFromPath(
                cursor,
                leaf,
                step == first ? game.interval - 1 : game.interval,
                Interval.count(game.steps, game.checkpointInterval) + 1
            );
        } else {
            expected = game.stepsRoot;
            opened = VectorCommitment.rootFromPath(cursor, leaf, step - first - 1, last - first - 1);
        }
        // INVARIANT: the states opened are those that the levels above have fixed (SPEC §6.1).
        if (opened != expected) revert StateNotCommitted(step, expected, opened);
    }

    // ------------------------------------------------------------------ steps of the forced reveal

    /// @dev The first demand on a level: of a whole vector, or of the fold tensor.
    function _demandRoot(GameState memory game, uint32 target, bytes32[] calldata revealed) private pure {
        // INVARIANT: nothing has been revealed on this level.
        if (revealed.length != 0) revert RevealedDiffer(0, keccak256(abi.encodePacked(revealed)));
        _oweRoot(game, target);
    }

    /// @dev What the solver owes: a whole vector, or the fold tensor, of the level whose selection is due.
    function _oweRoot(GameState memory game, uint32 target) private pure {
        Phase phase = game.phase;
        _requireIn(target, 0, phase == Phase.SELECT_NODE ? 1 : 0);
        if (phase == Phase.SELECT_INTERVAL) {
            game.demandKind = DemandKind.VECTOR;
            game.demandCount = Interval.count(game.steps, game.checkpointInterval) + 1;
        } else if (phase == Phase.SELECT_STEP) {
            game.demandKind = DemandKind.VECTOR;
            game.demandCount = _innerSteps(game);
        } else if (phase == Phase.SELECT_POSITION) {
            game.demandKind = DemandKind.TENSOR;
            game.demandCount = uint64(TensorCommitment.chunkCount(game.foldDType, game.foldLength - 1));
        } else if (target == 0) {
            game.demandKind = DemandKind.TRACE;
            game.demandCount = game.nodeCount;
        } else {
            game.demandKind = DemandKind.VECTOR;
            game.demandCount = game.slotCount;
        }
        game.demandHash = _levelRoot(game);
    }

    /// @dev A further demand: of one entry of what was revealed last.
    function _demandEntry(GameState memory game, uint32 target, bytes32[] calldata revealed) private pure {
        // INVARIANT: the descent has an end.
        if (game.demandKind == DemandKind.DONE) revert NothingToDemand(DemandKind.DONE);
        bytes32 actual = keccak256(abi.encodePacked(revealed));
        // INVARIANT: demands descend in what was revealed last, so their number is bounded (SPEC §6.2).
        if (actual != game.demandHash) revert RevealedDiffer(game.demandHash, actual);
        _requireIn(target, 0, revealed.length - 1);
        uint64 leaves = uint64(Subtree.leavesUnder(game.demandCount, target));
        // INVARIANT: below a leaf of a vector there is nothing, but a tensor below one of a trace, a chunk below one
        // of a tensor.
        if (leaves == 1 && game.demandKind == DemandKind.VECTOR) revert NothingBelow(target);
        game.demandCount = leaves;
        game.demandHash = revealed[target];
    }

    /// @dev The root whose first reveal gives the whole tree. Never the hash of one of its own subtrees or leaves, since
    /// it depends on them: so a demanded hash says by itself which of the two it is.
    /// @return root 0 for a tensor of the trace, which is opened as a leaf of the trace
    function _levelRoot(GameState memory game) private pure returns (bytes32 root) {
        if (game.demandKind == DemandKind.TENSOR) return game.foldRoot;
        if (game.demandKind == DemandKind.TRACE) return game.traceRoot;
        if (game.traceRoot != 0) return game.slotsAfter;
        return game.interval != 0 ? game.stepsRoot : game.checkpoints;
    }

    /// @dev The phase that demanded, which follows from what is committed (SPEC §6.3.1).
    function _demandingPhase(GameState memory game) private pure returns (Phase) {
        if (game.foldRoot != 0) return Phase.SELECT_POSITION;
        if (game.traceRoot != 0) return Phase.SELECT_NODE;
        return game.interval != 0 ? Phase.SELECT_STEP : Phase.SELECT_INTERVAL;
    }

    /// @dev Reads `dtype ‖ numel ‖ descendants` of a tensor.
    function _openTensor(Proof memory cursor) private pure returns (uint64 chunks, bytes32 root) {
        uint8 dtype = cursor.readU8();
        uint64 numel = cursor.readU64();
        // INVARIANT: a tensor's limits, on which the delay bound rests (SPEC §3.1).
        if (dtype > TensorCommitment.U8 || numel == 0 || numel > MAX_NUMEL) {
            revert NoSuchTensor(dtype, numel);
        }
        chunks = uint64(TensorCommitment.chunkCount(dtype, numel));
        root = TensorCommitment.root(dtype, numel, Subtree.hashFromDescendants(cursor, chunks));
    }

    function _requireRevealed(GameState memory game, bytes32 opened) private pure {
        // INVARIANT: only a preimage of what was demanded discharges the demand.
        if (opened != game.demandHash) revert RevealDiffers(game.demandHash, opened);
    }

    // ------------------------------------------------------------------ checks

    function _requireIn(uint256 selection, uint256 low, uint256 high) private pure {
        // INVARIANT: a selection outside its vector is refused (SPEC §6.1).
        if (selection < low || selection > high) revert SelectionOutOfRange(selection, low, high);
    }

    function _requireSeconds(string memory what, uint64 actual) private pure {
        if (actual == 0) revert Misconfigured(what, 0, 1);
        if (actual > MAX_SECONDS) revert Misconfigured(what, actual, MAX_SECONDS);
    }

    function _requireSame(string memory what, address actual, address expected) private pure {
        if (actual != expected) {
            revert Misconfigured(what, uint160(actual), uint160(expected));
        }
    }
}
