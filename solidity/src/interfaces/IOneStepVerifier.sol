// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a step proof whose openings hold has shown (SPEC §7.1).
enum Finding {
    /// The committed transition recomputes to itself: the challenge was wrong.
    EQUAL,
    /// It doesn't, or the committed tensor isn't of the node's dtype and numel: the claim is wrong.
    DIFFERENT,
    /// The challenger pointed at an element that the node doesn't have.
    ELEMENT_OUT_OF_RANGE
}

/// @title One-step adjudication (SPEC §7)
/// @notice Opens what the solver committed and recomputes one transition. Reverts, with a named error, where an
/// opening doesn't hold: that decides nothing.
interface IOneStepVerifier {
    /// @notice Reads a `commitFold` proof (SPEC §6.3.1): opens node `node` and takes the fold tensor's tree.
    /// @param programRoot the job's program
    /// @param nodeCount nodes in that program, known since `commitTrace`
    /// @param node index of the node pointed at
    /// @param proof `header ‖ node ‖ path ‖ foldTree`
    /// @return numel elements of the node's output
    /// @return foldLength K of SPEC §3.1, 1 where the node has no fold
    /// @return dtype code of the node's dtype
    /// @return foldRoot tensor root of the K−1 inner accumulators; 0 where K = 1
    function openFold(bytes32 programRoot, uint32 nodeCount, uint32 node, bytes calldata proof)
        external
        view
        returns (uint64 numel, uint64 foldLength, uint8 dtype, bytes32 foldRoot);

    /// @notice Checks a step proof (SPEC §7.1) against a game in PROVE_SLOT, OPEN_NODE or PROVE_POSITION.
    /// @param state ABI encoding of the `GameState`
    /// @param proof layout of SPEC §7.1
    /// @return finding what the openings show
    /// @return result for an element: the recomputed bits; for a slot: the root that the slot should have
    /// @return claimed what the solver committed in its place
    function adjudicate(bytes calldata state, bytes calldata proof)
        external
        view
        returns (Finding finding, bytes32 result, bytes32 claimed);
}
