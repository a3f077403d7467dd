// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DisputeGame } from "../../src/game/DisputeGame.sol";
import { IDisputeGame } from "../../src/interfaces/IDisputeGame.sol";
import { JobRegistry } from "../../src/stake/JobRegistry.sol";
import { StakeVault } from "../../src/stake/StakeVault.sol";
import { GameState, Phase } from "../../src/types/GameState.sol";
import { JobTerms } from "../../src/types/JobTerms.sol";
import { TestBase } from "../TestBase.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Vm } from "../Vm.sol";
import { ScriptedVerifier } from "./ScriptedVerifier.sol";

/// @notice The contracts, deployed as in production; people with money; a toy run whose states and trace are made up
/// (the verifier is scripted, so nothing has to add up below the trace); and every move as one line.
/// @dev Tests set `steps`, `interval`, `nodeCount` and `slotCount` before they post a claim.
abstract contract Arena is TestBase {
    uint256 internal constant STAKE = 8 ether;
    uint256 internal constant BOND = 4 ether;
    uint256 internal constant PAYMENT = 2 ether;
    uint256 internal constant REWARD_BPS = 4000;
    uint256 internal constant GAS_PRICE_CAP = 100 gwei;
    uint64 internal constant WORK_SECONDS = 7 days;
    uint64 internal constant CHALLENGE_SECONDS = 3 days;
    uint64 internal constant SOLVER_CLOCK = 2 days;
    uint64 internal constant CHALLENGER_CLOCK = 1 days;
    uint64 internal constant EXTENSION = 1 hours;
    uint64 internal constant UNBONDING_SECONDS = 30 days;

    StakeVault internal vault;
    JobRegistry internal registry;
    DisputeGame internal game;
    ScriptedVerifier internal verifier;

    address internal submitter = _person("submitter");
    address internal solver = _person("solver");
    address internal challenger = _person("challenger");
    address internal copier = _person("copier");
    address internal stranger = _person("stranger");
    address internal solverKey = _person("solver's key");
    address internal challengerKey = _person("challenger's key");

    uint64 internal steps = 20;
    uint64 internal interval = 8;
    uint32 internal nodeCount = 5;
    uint32 internal slotCount = 2;

    /// The state that the last move led to, per game.
    mapping(uint64 gameId => bytes) internal states;
    uint256 private _salt;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.fee(20 gwei);
        verifier = new ScriptedVerifier();
        deploy(address(verifier));
        fund(submitter);
        fund(solver);
        fund(challenger);
        fund(copier);
    }

    // ------------------------------------------------------------------ set-up

    function deploy(address oneStepVerifier) internal {
        uint256 nonce = vm.getNonce(address(this));
        address registryAddress = vm.computeCreateAddress(address(this), nonce + 1);
        address gameAddress = vm.computeCreateAddress(address(this), nonce + 2);
        vault = new StakeVault(registryAddress, UNBONDING_SECONDS);
        registry = new JobRegistry(
            address(vault),
            gameAddress,
            1 ether,
            1 ether,
            1 days,
            CHALLENGE_SECONDS,
            REWARD_BPS,
            GAS_PRICE_CAP
        );
        game = new DisputeGame(address(registry), oneStepVerifier, SOLVER_CLOCK, CHALLENGER_CLOCK, EXTENSION);
    }

    function fund(address account) internal {
        vm.deal(account, 1000 ether);
        vm.prank(account);
        vault.deposit{ value: 500 ether }();
    }

    function _person(string memory name) internal returns (address account) {
        account = address(uint160(uint256(keccak256(bytes(name)))));
        vm.label(account, name);
    }

    // ------------------------------------------------------------------ the toy run

    function header() internal view virtual returns (bytes memory) {
        return abi.encodePacked(
            uint16(1), slotCount, uint32(0), uint32(0), nodeCount, sha256("slots"), sha256(""), sha256("")
        );
    }

    function nodesRoot() internal view virtual returns (bytes32) {
        return sha256("nodes");
    }

    function programRoot() internal view returns (bytes32) {
        return sha256(abi.encodePacked(hex"10", sha256(abi.encodePacked(hex"11", header())), nodesRoot()));
    }

    function vectorRoot(bytes32[] memory leaves) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"03", uint64(leaves.length), PlainTree.root(leaves)));
    }

    function tensorRoot(uint8 dtype, uint64 numel, bytes32 tree) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"02", dtype, numel, tree));
    }

    function slots(uint64 step) internal view virtual returns (bytes32[] memory roots) {
        roots = new bytes32[](slotCount);
        for (uint256 s = 0; s < slotCount; s++) {
            roots[s] = sha256(abi.encodePacked("slot", step, s));
        }
    }

    function trace(uint64 step) internal view virtual returns (bytes32[] memory roots) {
        roots = new bytes32[](nodeCount);
        for (uint256 j = 0; j < nodeCount; j++) {
            roots[j] = sha256(abi.encodePacked("node", step, j));
        }
    }

    function stateRoot(uint64 step) internal view returns (bytes32) {
        return sha256(abi.encodePacked(hex"04", step, vectorRoot(slots(step))));
    }

    function intervals() internal view returns (uint64) {
        return (steps + interval - 1) / interval;
    }

    /// Steps a and b of interval i.
    function bounds(uint64 i) internal view returns (uint64 a, uint64 b) {
        a = (i - 1) * interval;
        b = i * interval < steps ? i * interval : steps;
    }

    function checkpoints() internal view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](intervals() + 1);
        leaves[0] = stateRoot(0);
        for (uint64 i = 1; i < leaves.length; i++) {
            (, uint64 b) = bounds(i);
            leaves[i] = stateRoot(b);
        }
    }

    function innerStates(uint64 i) internal view returns (bytes32[] memory leaves) {
        (uint64 a, uint64 b) = bounds(i);
        leaves = new bytes32[](b - a - 1);
        for (uint64 t = a + 1; t < b; t++) {
            leaves[t - a - 1] = stateRoot(t);
        }
    }

    function hashes(bytes memory path) internal pure returns (bytes32[] memory list) {
        list = new bytes32[](path.length / 32);
        for (uint256 i = 0; i < list.length; i++) {
            bytes32 hash;
            assembly ("memory-safe") {
                hash := mload(add(add(path, 0x20), mul(i, 0x20)))
            }
            list[i] = hash;
        }
    }

    // ------------------------------------------------------------------ jobs and claims

    function terms() internal view returns (JobTerms memory) {
        return JobTerms({
            programRoot: programRoot(),
            initialState: stateRoot(0),
            steps: steps,
            checkpointInterval: interval,
            paymentWei: PAYMENT,
            solverStakeWei: STAKE,
            challengerBondWei: BOND,
            workSeconds: WORK_SECONDS,
            challengeSeconds: CHALLENGE_SECONDS,
            salt: bytes32(_salt)
        });
    }

    function submit() internal returns (bytes32 jobId) {
        _salt++;
        // A precompile's call counts as one to foundry: hash before the prank.
        JobTerms memory asked = terms();
        vm.prank(submitter);
        jobId = registry.submitJob(asked, "file:job");
    }

    function accept(bytes32 jobId) internal {
        vm.prank(solver);
        registry.acceptJob(jobId, solver);
    }

    function post(bytes32 jobId) internal returns (uint64 claimId) {
        bytes32[] memory leaves = checkpoints();
        bytes32[] memory first = hashes(PlainTree.path(leaves, 0));
        bytes32[] memory last = hashes(PlainTree.path(leaves, leaves.length - 1));
        vm.prank(solver);
        claimId = registry.postClaim(jobId, leaves[leaves.length - 1], first, last, "file:run");
    }

    function newClaim() internal returns (uint64 claimId) {
        bytes32 jobId = submit();
        accept(jobId);
        return post(jobId);
    }

    // ------------------------------------------------------------------ moves

    function current(uint64 gameId) internal view returns (GameState memory) {
        return abi.decode(states[gameId], (GameState));
    }

    function phaseOf(uint64 gameId) internal view returns (Phase) {
        return current(gameId).phase;
    }

    /// Takes the next state from the events of the move just made.
    function track(uint64 gameId) internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = logs.length; i > 0; i--) {
            Vm.Log memory log = logs[i - 1];
            if (log.emitter == address(game) && log.topics[0] == IDisputeGame.Moved.selector) {
                assertEq(uint256(log.topics[1]), gameId, "Moved names the game");
                states[gameId] = abi.decode(log.data, (bytes));
                assertEq(keccak256(states[gameId]), game.stateHash(gameId), "emitted is what is stored");
                return;
            }
        }
        fail("no Moved event");
    }

    /// Puts a game into any state.
    function force(GameState memory state) internal {
        states[state.gameId] = abi.encode(state);
        // stateHash is the contract's first storage variable.
        vm.store(
            address(game), keccak256(abi.encode(state.gameId, uint256(0))), keccak256(states[state.gameId])
        );
        assertEq(game.stateHash(state.gameId), keccak256(states[state.gameId]), "where stateHash lies");
    }

    function challenge(uint64 claimId, address who, uint64 i, bytes32 hidden)
        internal
        returns (uint64 gameId)
    {
        vm.recordLogs();
        vm.prank(who);
        gameId = game.challenge(claimId, who, i, hidden);
        track(gameId);
    }

    /// A game in SELECT_INTERVAL, with interval 2 hidden under a salt of zeros.
    function challengeLater(uint64 claimId, address who) internal returns (uint64 gameId) {
        return challenge(claimId, who, 0, opening(claimId, who, 2, 0));
    }

    /// A game in SELECT_INTERVAL in which C was demanded by challenging, and is revealed; at most 16 checkpoints.
    function challengeLooking(uint64 claimId, address who) internal returns (uint64 gameId) {
        gameId = challenge(claimId, who, 0, 0);
        reveal(gameId, PlainTree.descendants(checkpoints(), 0, intervals() + 1, 4));
    }

    function opening(uint64 claimId, address who, uint64 i, bytes32 salt) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"30", claimId, who, i, salt));
    }

    function selectInterval(uint64 gameId, uint64 i, bytes32 salt) internal {
        vm.recordLogs();
        vm.prank(current(gameId).challenger);
        game.selectInterval(gameId, states[gameId], i, salt);
        track(gameId);
    }

    function commitSteps(uint64 gameId) internal {
        bytes32 tree = PlainTree.root(innerStates(current(gameId).interval));
        vm.recordLogs();
        vm.prank(solver);
        game.commitSteps(gameId, states[gameId], tree);
        track(gameId);
    }

    function selectStep(uint64 gameId, uint64 step) internal {
        vm.recordLogs();
        vm.prank(current(gameId).challenger);
        game.selectStep(gameId, states[gameId], step);
        track(gameId);
    }

    /// The commitTrace proof of the toy run, for interval i and step t.
    function traceProof(uint64 i, uint64 t) internal view returns (bytes memory) {
        return bytes.concat(
            header(),
            nodesRoot(),
            PlainTree.root(trace(t)),
            PlainTree.root(slots(t)),
            PlainTree.root(slots(t + 1)),
            statePath(i, t),
            statePath(i, t + 1)
        );
    }

    function statePath(uint64 i, uint64 t) internal view returns (bytes memory) {
        (uint64 a, uint64 b) = bounds(i);
        if (t == a) return PlainTree.path(checkpoints(), i - 1);
        if (t == b) return PlainTree.path(checkpoints(), i);
        return PlainTree.path(innerStates(i), t - a - 1);
    }

    function commitTrace(uint64 gameId) internal {
        GameState memory s = current(gameId);
        bytes memory proof = traceProof(s.interval, s.step);
        vm.recordLogs();
        vm.prank(solver);
        game.commitTrace(gameId, states[gameId], proof);
        track(gameId);
    }

    function selectElement(uint64 gameId, uint32 node, uint64 element) internal {
        vm.recordLogs();
        vm.prank(current(gameId).challenger);
        game.selectElement(gameId, states[gameId], node, element);
        track(gameId);
    }

    function selectSlot(uint64 gameId, uint32 slot) internal {
        vm.recordLogs();
        vm.prank(current(gameId).challenger);
        game.selectSlot(gameId, states[gameId], slot);
        track(gameId);
    }

    function commitFold(uint64 gameId) internal {
        vm.recordLogs();
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], hex"f01d");
        track(gameId);
    }

    function selectPosition(uint64 gameId, uint64 position) internal {
        vm.recordLogs();
        vm.prank(current(gameId).challenger);
        game.selectPosition(gameId, states[gameId], position);
        track(gameId);
    }

    function demand(uint64 gameId, uint32 target, bytes32[] memory revealed) internal {
        vm.recordLogs();
        vm.prank(current(gameId).challenger);
        game.demand(gameId, states[gameId], target, revealed);
        track(gameId);
    }

    function reveal(uint64 gameId, bytes memory data) internal {
        vm.recordLogs();
        vm.prank(solver);
        game.reveal(gameId, states[gameId], data);
        track(gameId);
    }

    function prove(uint64 gameId, address who) internal {
        vm.prank(who);
        game.prove(gameId, states[gameId], hex"900f");
    }

    function timeout(uint64 gameId, address who) internal {
        vm.prank(who);
        game.timeout(gameId, states[gameId]);
    }

    // ------------------------------------------------------------------ short cuts

    /// A game on interval 2 brought to `phase` by the shortest way; REVEAL is reached from SELECT_INTERVAL.
    function gameIn(Phase phase) internal returns (uint64 gameId) {
        uint64 claimId = newClaim();
        gameId = challengeLater(claimId, challenger);
        if (phase == Phase.SELECT_INTERVAL) return gameId;
        if (phase == Phase.REVEAL) {
            demand(gameId, 0, new bytes32[](0));
            return gameId;
        }
        selectInterval(gameId, 2, 0);
        if (phase == Phase.COMMIT_STEPS) return gameId;
        commitSteps(gameId);
        if (phase == Phase.SELECT_STEP) return gameId;
        selectStep(gameId, 11);
        if (phase == Phase.COMMIT_TRACE) return gameId;
        commitTrace(gameId);
        if (phase == Phase.SELECT_NODE) return gameId;
        if (phase == Phase.PROVE_SLOT) {
            selectSlot(gameId, 1);
            return gameId;
        }
        selectElement(gameId, 3, 77);
        if (phase == Phase.OPEN_NODE) return gameId;
        commitFold(gameId);
        if (phase == Phase.SELECT_POSITION) return gameId;
        selectPosition(gameId, 5);
        assertEq(uint256(phaseOf(gameId)), uint256(phase), "gameIn reaches every phase");
    }

    function freeOf(address account) internal view returns (uint256 freeWei) {
        (freeWei,,,) = vault.balanceOf(account);
    }

    function lockedOf(address account) internal view returns (uint256 lockedWei) {
        (, lockedWei,,) = vault.balanceOf(account);
    }
}
