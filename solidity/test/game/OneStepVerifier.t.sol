// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleTree } from "../../src/commitment/MerkleTree.sol";
import { TensorReads } from "../../src/commitment/OpenedTensors.sol";
import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { TensorCommitment } from "../../src/commitment/TensorCommitment.sol";
import { Float32 } from "../../src/float/Float32.sol";
import { OneStepVerifier } from "../../src/game/OneStepVerifier.sol";
import { Finding } from "../../src/interfaces/IOneStepVerifier.sol";
import { ProgramHeaders } from "../../src/program/ProgramHeader.sol";
import { GameState, Phase } from "../../src/types/GameState.sol";
import { PlainTensor } from "../commitment/PlainTensor.sol";
import { Encode } from "../program/Encode.sol";
import { StepProver } from "./StepProver.sol";

/// @notice Step proofs (SPEC §7.1) of an independent prover: honest ones, cheats of one bit, and broken ones.
contract OneStepVerifierTest is StepProver {
    OneStepVerifier private verifier = new OneStepVerifier();

    uint32 private constant NEVER_CHANGES = 0xffffffff;

    // ------------------------------------------------------------------ folds

    /// A matrix product's shape: A [rows, depth] in slot 0, B [depth, columns] in constant 0.
    struct Product {
        uint8 dtype;
        uint64 rows;
        uint64 depth;
        uint64 columns;
        int64 offset;
        uint32 init;
        uint64 element;
    }

    function test_fold_isEqualAtEveryPosition() public {
        Product memory p = Product(F32, 3, 9, 4, 0, 0, 7);
        _commit(p, 5, 3);
        for (uint64 k = 0; k < p.depth; k++) {
            _assertFinding(p, 3, k, Finding.EQUAL);
        }
    }

    /// acc_256 is the last of the fold's first chunk, acc_257 the first of its second.
    function test_fold_acrossChunksOfTheFoldTensor() public {
        Product memory p = Product(F32, 1, 600, 2, 0, 0, 1);
        _commit(p, 2, 1);
        uint64[9] memory positions = [uint64(0), 1, 254, 255, 256, 257, 511, 512, 599];
        for (uint256 i = 0; i < positions.length; i++) {
            _assertFinding(p, 1, positions[i], Finding.EQUAL);
        }
    }

    function test_fold_ofIntegersStoresTheLowBits() public {
        for (uint8 dtype = I32; dtype <= U8; dtype++) {
            Product memory p = Product(dtype, 2, 20, 3, 0, 0x87654321, 4);
            _commit(p, 3, 2);
            for (uint64 k = 0; k < p.depth; k++) {
                _assertFinding(p, 2, k, Finding.EQUAL);
            }
            setElement(fold, 10, elementOf(fold, 10) ^ 1);
            _assertFinding(p, 2, 10, Finding.DIFFERENT);
            _assertFinding(p, 2, 11, Finding.DIFFERENT);
        }
    }

    function test_fold_oneBitOffIsDifferentOnBothSides() public {
        Product memory p = Product(F32, 3, 9, 4, 0, 0x3f800000, 7);
        _commit(p, 5, 3);
        setElement(fold, 4, elementOf(fold, 4) ^ 1); // acc_5
        _assertFinding(p, 3, 3, Finding.EQUAL);
        _assertFinding(p, 3, 4, Finding.DIFFERENT);
        _assertFinding(p, 3, 5, Finding.DIFFERENT);
        _assertFinding(p, 3, 6, Finding.EQUAL);
    }

    function test_fold_outputOneBitOffIsDifferentAtTheLastPosition() public {
        Product memory p = Product(F32, 3, 9, 4, 0, 0, 7);
        _commit(p, 5, 3);
        setElement(outputs[3], 7, elementOf(outputs[3], 7) ^ 0x80000000);
        _assertFinding(p, 3, 7, Finding.EQUAL);
        (bytes32 result, bytes32 claimed) = _assertFinding(p, 3, 8, Finding.DIFFERENT);
        assertEq(result, claimed ^ bytes32(uint256(0x80000000)), "what it should be, and what it is");
    }

    /// Shapes, offsets that lead outside the tensors, all dtypes, any element and position.
    function testFuzz_fold_honestIsEqualAndOneBitIsDifferent(uint256 seed) public {
        Product memory p;
        p.dtype = uint8(seed % 3);
        p.rows = uint64(bound(uint256(keccak256(abi.encode(seed, 1))), 1, 9));
        p.depth = uint64(bound(uint256(keccak256(abi.encode(seed, 2))), 1, seed & 0x100 == 0 ? 9 : 280));
        p.columns = uint64(bound(uint256(keccak256(abi.encode(seed, 3))), 1, 9));
        p.offset = int64(int256(bound(uint256(keccak256(abi.encode(seed, 4))), 0, 6))) - 3;
        p.init = uint32(uint256(keccak256(abi.encode(seed, 5)))) & 0x7f7fffff;
        p.element = uint64(bound(uint256(keccak256(abi.encode(seed, 6))), 0, p.rows * p.columns - 1));
        uint32 count = uint32(bound(uint256(keccak256(abi.encode(seed, 7))), 1, 6));
        uint32 node = uint32(bound(uint256(keccak256(abi.encode(seed, 8))), 0, count - 1));
        uint64 k = uint64(bound(uint256(keccak256(abi.encode(seed, 9))), 0, p.depth - 1));
        if (seed & 0x600 == 0) k = p.depth - 1;

        _commit(p, count, node);
        _assertFinding(p, node, k, Finding.EQUAL);
        uint256 bit = uint256(1) << (seed >> 128) % (8 * PlainTensor.width(p.dtype));
        if (k + 1 < p.depth) setElement(fold, k, elementOf(fold, k) ^ bit);
        else setElement(outputs[node], p.element, elementOf(outputs[node], p.element) ^ bit);
        _assertFinding(p, node, k, Finding.DIFFERENT);
    }

    function test_fold_nanThatIsNotCanonicalIsDifferent() public {
        Product memory p = Product(F32, 1, 3, 1, 0, 0x7fc00000, 0);
        _commit(p, 1, 0);
        assertEq(elementOf(fold, 0), 0x7fc00000, "NaN stays NaN");
        setElement(fold, 0, 0x7fc00001);
        _assertFinding(p, 0, 0, Finding.DIFFERENT);
        _assertFinding(p, 0, 1, Finding.EQUAL);
    }

    // ------------------------------------------------------------------ maps

    /// One node that reads a node, a slot, a data set and a constant, one of them twice, gathers, and reads outside.
    function test_map_readsEverySource() public {
        Read[] memory operands = _commitMap();
        for (uint64 e = 0; e < 3; e++) {
            (GameState memory game, bytes memory proof) = _mapProof(e, operands);
            (Finding finding, bytes32 result, bytes32 claimed) = verifier.adjudicate(abi.encode(game), proof);
            assertTrue(finding == Finding.EQUAL, "equal");
            assertEq(result, claimed, "bits");
        }
        setElement(outputs[2], 1, elementOf(outputs[2], 1) ^ 4);
        (GameState memory cheated, bytes memory proof_) = _mapProof(1, operands);
        (Finding other,,) = verifier.adjudicate(abi.encode(cheated), proof_);
        assertTrue(other == Finding.DIFFERENT, "different");
    }

    function test_element_outsideTheNodeIsSaidOnceTheNodeIsOpen() public {
        Read[] memory operands = _commitMap();
        (GameState memory game,) = _mapProof(0, operands);
        game.element = 3;
        bytes memory proof = nodeProof(2);
        (Finding finding, bytes32 result, bytes32 claimed) = verifier.adjudicate(abi.encode(game), proof);
        assertTrue(finding == Finding.ELEMENT_OUT_OF_RANGE, "out of range");
        assertEq(uint256(result), 3, "numel");
        assertEq(uint256(claimed), 3, "element");
        (finding,,) = verifier.adjudicate(abi.encode(game), bytes.concat(proof, hex"1234"));
        assertTrue(finding == Finding.ELEMENT_OUT_OF_RANGE, "the rest isn't read");

        proof[proof.length - 1] ^= 0x01;
        vm.expectPartialRevert(ProgramHeaders.WrongProgramRoot.selector);
        verifier.adjudicate(abi.encode(game), proof);
    }

    function test_output_ofAnotherDTypeOrNumelIsDifferent() public {
        Read[] memory operands = _commitMap();
        bytes memory honest = outputs[2].data;
        outputs[2].dtype = F32; // the node's is i32
        _assertWrongType(operands, uint256(I32) << 64 | 3, uint256(F32) << 64 | 3);
        outputs[2].dtype = I32;
        outputs[2].data = bytes.concat(honest, hex"00000000");
        _assertWrongType(operands, uint256(I32) << 64 | 3, uint256(I32) << 64 | 4);
        outputs[2].data = PlainTensor.slice(honest, 0, 8);
        _assertWrongType(operands, uint256(I32) << 64 | 3, uint256(I32) << 64 | 2);
    }

    function test_operand_ofAnotherTypeThanTheNodeSaysReverts() public {
        Read[] memory operands = _commitMap();
        statesBefore[1].data = bytes.concat(statesBefore[1].data, hex"00");
        (GameState memory game, bytes memory proof) = _mapProof(0, operands);
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.WrongTensorType.selector, U8, 6, U8, 5));
        verifier.adjudicate(abi.encode(game), proof);
    }

    function test_node_thatReadsForwardReverts() public {
        Product memory p = Product(F32, 1, 1, 1, 0, 0, 0);
        _commit(p, 2, 0);
        bytes[] memory inputs = new bytes[](1);
        inputs[0] = Encode.input(NODE, 1, F32, 1, 0, Encode.perDimension(0));
        nodes[0] = Encode.node(F32, Encode.shape(1), Encode.shape(), 0, inputs, Encode.op(0));
        Read[] memory operands = new Read[](1);
        operands[0] = Read(NODE, 1, 0);
        bytes memory proof = elementProof(0, 0, 0, 1, operands);
        GameState memory game = elementGame(0, 0, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.NodeReadsForward.selector, 0, 1));
        verifier.adjudicate(abi.encode(game), proof);
    }

    // ------------------------------------------------------------------ broken proofs

    /// No byte of a proof is free: with any bit of any byte changed, the openings don't hold.
    function test_proof_everyByteIsBound() public {
        Product memory p = Product(F32, 2, 4, 3, -1, 0, 2);
        _commit(p, 4, 3);
        for (uint64 k = 0; k < p.depth; k++) {
            _assertEveryByteIsBound(elementGame(3, 2, k, 4), elementProof(3, 2, k, 4, _operands(p, k)));
        }
    }

    function test_proofOfAMap_everyByteIsBound() public {
        Read[] memory operands = _commitMap();
        (GameState memory game, bytes memory proof) = _mapProof(1, operands);
        _assertEveryByteIsBound(game, proof);
    }

    function test_proofOfASlot_everyByteIsBound() public {
        _commitMap();
        _assertEveryByteIsBound(slotGame(0), slotProof(0, 2));
        _assertEveryByteIsBound(slotGame(1), slotProof(1, NEVER_CHANGES));
    }

    function test_proof_hasOneLength() public {
        Product memory p = Product(F32, 2, 4, 3, 0, 0, 2);
        _commit(p, 4, 3);
        bytes memory state = abi.encode(elementGame(3, 2, 1, 4));
        bytes memory proof = elementProof(3, 2, 1, 4, _operands(p, 1));
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 1));
        verifier.adjudicate(state, bytes.concat(proof, hex"00"));
        for (uint256 length = 0; length < proof.length; length += 5) {
            bytes memory short = PlainTensor.slice(proof, 0, length);
            vm.expectRevert();
            verifier.adjudicate(state, short);
        }
    }

    /// A proof is for one game: for another element, position, node, step or root it doesn't hold. (Another step alone
    /// may: this body reads no STEP, and what the step decides beside it lies in the roots.)
    function test_proof_ofAnotherPlaceReverts() public {
        Product memory p = Product(F32, 40, 40, 2, 0, 0, 1);
        _commit(p, 4, 3);
        bytes memory proof = elementProof(3, 1, 1, 40, _operands(p, 1));
        GameState memory game = elementGame(3, 1, 1, 40);

        game.target = 2;
        _assertReverts(game, proof);
        game.target = 4;
        _assertReverts(game, proof);
        game.target = 3;
        game.position = 40;
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.PositionOutOfRange.selector, 40, 40));
        verifier.adjudicate(abi.encode(game), proof);
        game.position = 1;
        game.programRoot ^= bytes32(uint256(1));
        _assertReverts(game, proof);
        game.programRoot ^= bytes32(uint256(1));
        game.foldRoot ^= bytes32(uint256(1));
        _assertReverts(game, proof);
        game.foldRoot ^= bytes32(uint256(1));
        game.slotsBefore ^= bytes32(uint256(1));
        _assertReverts(game, proof);
        game.slotsBefore ^= bytes32(uint256(1));
        // Another row: A's other chunk.
        game.element = 39 * 2;
        _assertReverts(game, proof);
    }

    function test_foldTensor_ofAnotherLengthReverts() public {
        Product memory p = Product(F32, 1, 4, 1, 0, 0, 0);
        _commit(p, 1, 0);
        fold.data = bytes.concat(fold.data, hex"00000000");
        bytes memory proof = elementProof(0, 0, 1, 4, _operands(p, 1));
        GameState memory game = elementGame(0, 0, 1, 4);
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.WrongTensorType.selector, F32, 4, F32, 3));
        verifier.adjudicate(abi.encode(game), proof);
    }

    function test_prove_inOtherPhasesReverts() public {
        Product memory p = Product(F32, 1, 4, 1, 0, 0, 0);
        _commit(p, 1, 0);
        bytes memory proof = elementProof(0, 0, 0, 4, _operands(p, 0));
        GameState memory game = elementGame(0, 0, 0, 4);
        game.phase = Phase.OPEN_NODE;
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.FoldNotCommitted.selector, 4));
        verifier.adjudicate(abi.encode(game), proof);
        for (uint8 phase = 0; phase <= uint8(type(Phase).max); phase++) {
            game.phase = Phase(phase);
            if (game.phase == Phase.OPEN_NODE || game.phase == Phase.PROVE_SLOT) continue;
            if (game.phase == Phase.PROVE_POSITION) continue;
            vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.NothingToProve.selector, phase));
            verifier.adjudicate(abi.encode(game), proof);
        }
    }

    // ------------------------------------------------------------------ slots

    function test_slot_isItsNodesOutput() public {
        _commitMap();
        _assertSlot(0, 2, Finding.EQUAL);
        setElement(statesAfter[0], 1, elementOf(statesAfter[0], 1) ^ 1);
        (bytes32 result, bytes32 claimed) = _assertSlot(0, 2, Finding.DIFFERENT);
        assertEq(result, PlainTensor.root(outputs[2].dtype, outputs[2].data), "the node's root");
        assertEq(claimed, PlainTensor.root(statesAfter[0].dtype, statesAfter[0].data), "the slot's root");
    }

    function test_slot_thatNoNodeUpdatesStays() public {
        _commitMap();
        _assertSlot(1, NEVER_CHANGES, Finding.EQUAL);
        setElement(statesAfter[1], 0, elementOf(statesAfter[1], 0) ^ 1);
        _assertSlot(1, NEVER_CHANGES, Finding.DIFFERENT);
    }

    function test_slot_thatDoesNotExistReverts() public {
        _commitMap();
        bytes memory proof = slotProof(1, NEVER_CHANGES);
        GameState memory game = slotGame(2);
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.LeafOutOfRange.selector, 2, 2));
        verifier.adjudicate(abi.encode(game), proof);
    }

    function test_slot_trailingBytesRevert() public {
        _commitMap();
        bytes memory proof = bytes.concat(slotProof(0, 2), hex"00");
        bytes memory state = abi.encode(slotGame(0));
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 1));
        verifier.adjudicate(state, proof);
    }

    // ------------------------------------------------------------------ openFold

    function test_openFold_givesTheNodesGeometry() public {
        Product memory p = Product(F32, 3, 9, 4, 0, 0, 7);
        _commit(p, 5, 3);
        bytes32 tree = PlainTensor.tree(fold.data);
        (uint64 numel, uint64 length, uint8 dtype, bytes32 root) =
            verifier.openFold(programRoot(), 5, 3, bytes.concat(nodeProof(3), tree));
        assertEq(numel, 12, "numel");
        assertEq(length, 9, "K");
        assertEq(dtype, F32, "dtype");
        assertEq(root, PlainTensor.root(F32, fold.data), "root of the inner accumulators");

        bytes32 program = programRoot();
        (numel, length,, root) = verifier.openFold(program, 5, 2, bytes.concat(nodeProof(2), tree));
        assertEq(length, 1, "a node without a fold");
        assertEq(root, 0, "no fold tensor");
    }

    function test_openFold_refusesWhatDoesNotHold() public {
        Product memory p = Product(F32, 3, 9, 4, 0, 0, 7);
        _commit(p, 5, 3);
        bytes32 program = programRoot();
        bytes memory proof = bytes.concat(nodeProof(3), PlainTensor.tree(fold.data));
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 1));
        verifier.openFold(program, 5, 3, bytes.concat(proof, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(OneStepVerifier.WrongNodeCount.selector, 5, 6));
        verifier.openFold(program, 6, 3, proof);
        vm.expectRevert();
        verifier.openFold(program, 5, 2, proof);
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.LeafOutOfRange.selector, 5, 5));
        verifier.openFold(program, 5, 5, proof);
        // Every byte but foldTree, which is the solver's to choose.
        for (uint256 i = 0; i < proof.length - 32; i++) {
            bytes memory broken = bytes.concat(proof);
            broken[i] ^= 0x01;
            vm.expectRevert();
            verifier.openFold(program, 5, 3, broken);
        }
    }

    // ------------------------------------------------------------------ gas and size

    /// A position inside the fold of a matrix product with K = 128: 40 nodes, 30 slots, three chunks opened.
    function test_gas_ofAFoldStep() public {
        Product memory p = Product(F32, 16, 128, 128, 0, 0, 5 * 128 + 9);
        _commit(p, 40, 37);
        while (statesBefore.length < 30) {
            statesBefore.push(tensor(F32, new uint256[](1)));
            statesAfter.push(tensor(F32, new uint256[](1)));
            slotRecords.push(Encode.slot(F32, 1, NEVER_CHANGES));
        }
        while (constants.length < 20) constants.push(tensor(F32, new uint256[](1)));
        _measure(p, 37, 77, "adjudicate: matrix product, K = 128, inside");
        _measure(p, 37, 127, "adjudicate: matrix product, K = 128, last position");
    }

    function test_size_leavesRoom() public {
        uint256 size = address(verifier).code.length;
        vm.snapshotValue("Step", "OneStepVerifier, bytes of code", size);
        assertLt(size, 24_576, "EIP-170");
    }

    function _measure(Product memory p, uint32 node, uint64 k, string memory name) private {
        bytes memory state = abi.encode(elementGame(node, p.element, k, p.depth));
        bytes memory proof = elementProof(node, p.element, k, p.depth, _operands(p, k));
        (Finding finding,,) = verifier.adjudicate(state, proof);
        vm.snapshotGasLastCall("Step", name);
        vm.snapshotValue("Step", string.concat(name, ", proof bytes"), proof.length);
        assertTrue(finding == Finding.EQUAL, name);
    }

    // ------------------------------------------------------------------ building products

    /// Commits a program of `count` nodes whose node `node` is the product; every other tensor is filler.
    function _commit(Product memory p, uint32 count, uint32 node) private {
        delete slotRecords;
        delete nodes;
        delete statesBefore;
        delete statesAfter;
        delete constants;
        delete outputs;

        uint64 aNumel = p.rows * p.depth;
        uint64 bNumel = p.depth * p.columns;
        Tensor memory a = _random(p.dtype, aNumel, 1);
        Tensor memory b = _random(p.dtype, bNumel, 2);
        slotRecords.push(Encode.slot(p.dtype, aNumel, NEVER_CHANGES));
        statesBefore.push(a);
        statesAfter.push(a);
        constants.push(b);

        bytes[] memory inputs = new bytes[](2);
        inputs[0] = Encode.input(
            STATE, 0, p.dtype, aNumel, p.offset, Encode.perDimension(int64(p.depth), int64(0), int64(1))
        );
        inputs[1] = Encode.input(
            CONST, 0, p.dtype, bNumel, p.offset, Encode.perDimension(0, int64(1), int64(p.columns))
        );
        bytes memory body = p.dtype == F32
            ? bytes.concat(Encode.op(0, 0), Encode.op(0, 1), Encode.op(2), Encode.op(0x14, 0, 1, 2))
            : bytes.concat(
                Encode.op(0, 0), Encode.op(0, 1), Encode.op(0x32, 0, 1), Encode.op(2), Encode.op(0x30, 2, 3)
            );
        for (uint32 j = 0; j < count; j++) {
            nodes.push(
                j == node
                    ? Encode.node(
                        p.dtype, Encode.shape(p.rows, p.columns), Encode.shape(p.depth), p.init, inputs, body
                    )
                    : Encode.node(
                        F32, Encode.shape(j + 1), Encode.shape(), 0, new bytes[](0), Encode.imm(3, j)
                    )
            );
            outputs.push(_random(j == node ? p.dtype : F32, j == node ? p.rows * p.columns : j + 1, 100 + j));
        }

        // The chain of the one element that is looked at.
        uint256[] memory inner = new uint256[](p.depth - 1);
        uint256 acc = p.dtype == U8 ? p.init & 0xff : p.init;
        for (uint64 k = 0; k < p.depth; k++) {
            acc = _step(p, a, b, k, acc);
            if (k + 1 < p.depth) inner[k] = acc;
        }
        fold = tensor(p.dtype, inner);
        setElement(outputs[node], p.element, acc);
    }

    /// acc[k+1], as stored.
    function _step(Product memory p, Tensor memory a, Tensor memory b, uint64 k, uint256 acc)
        private
        pure
        returns (uint256)
    {
        uint256 x = _elementOrZero(a, _aIndex(p, k));
        uint256 y = _elementOrZero(b, _bIndex(p, k));
        if (p.dtype == F32) return Float32.fma(x, y, acc);
        // The low bits of a·b + acc are the same whatever the operands' signs.
        unchecked {
            return p.dtype == I32 ? uint32(x * y + acc) : uint8(x * y + acc);
        }
    }

    function _operands(Product memory p, uint64 k) private view returns (Read[] memory operands) {
        int256 a = _aIndex(p, k);
        int256 b = _bIndex(p, k);
        bool aIn = _inside(tensorOf(STATE, 0), a);
        bool bIn = _inside(tensorOf(CONST, 0), b);
        operands = new Read[]((aIn ? 1 : 0) + (bIn ? 1 : 0));
        if (aIn) operands[0] = Read(STATE, 0, uint64(uint256(a)));
        if (bIn) operands[aIn ? 1 : 0] = Read(CONST, 0, uint64(uint256(b)));
    }

    function _aIndex(Product memory p, uint64 k) private pure returns (int256) {
        return int256(uint256(p.element / p.columns * p.depth + k)) + p.offset;
    }

    function _bIndex(Product memory p, uint64 k) private pure returns (int256) {
        return int256(uint256(k * p.columns + p.element % p.columns)) + p.offset;
    }

    function _inside(Tensor memory t, int256 i) private pure returns (bool) {
        return i >= 0 && uint256(i) < PlainTensor.numel(t.dtype, t.data);
    }

    function _elementOrZero(Tensor memory t, int256 i) private pure returns (uint256) {
        return _inside(t, i) ? elementOf(t, uint256(i)) : 0;
    }

    function _random(uint8 dtype, uint64 numel, uint256 seed) private pure returns (Tensor memory) {
        uint256[] memory elements = new uint256[](numel);
        for (uint64 i = 0; i < numel; i++) {
            uint256 word = uint256(keccak256(abi.encode(seed, i)));
            elements[i] = uint32(word);
            // Mostly of moderate size, so that a chain isn't all NaN and infinity; any bits now and then.
            if (dtype == F32 && word >> 248 != 0) elements[i] = (word & 0x80ffffff) + 0x3f000000;
        }
        return tensor(dtype, elements);
    }

    function _assertFinding(Product memory p, uint32 node, uint64 k, Finding expected)
        private
        returns (bytes32 result, bytes32 claimed)
    {
        bytes memory state = abi.encode(elementGame(node, p.element, k, p.depth));
        bytes memory proof = elementProof(node, p.element, k, p.depth, _operands(p, k));
        Finding finding;
        (finding, result, claimed) = verifier.adjudicate(state, proof);
        assertEq(uint256(finding), uint256(expected), string.concat("finding at ", vm.toString(k)));
        assertEq(result == claimed, expected == Finding.EQUAL, "result and claimed agree with the finding");
    }

    // ------------------------------------------------------------------ building the map

    /// Node 2: out[i] = i32 of  node1[i] + u8 slot1[2i] + data0[table[i]] + const1[i] + const1[0] + slot1[i + 4],
    /// where table is constant 0, and slot1 has five elements: the last read is outside from i = 1 on.
    function _commitMap() private returns (Read[] memory operands) {
        delete nodes;
        delete outputs;
        delete slotRecords;
        delete statesBefore;
        delete statesAfter;
        delete constants;
        delete dataSets;

        slotRecords.push(Encode.slot(I32, 3, 2));
        slotRecords.push(Encode.slot(U8, 5, NEVER_CHANGES));
        statesBefore.push(tensor(I32, new uint256[](3)));
        statesBefore.push(_random(U8, 5, 1));
        statesAfter.push(statesBefore[0]);
        statesAfter.push(statesBefore[1]);
        dataSets.push(_random(I32, 700, 2));
        uint256[] memory table = new uint256[](3);
        (table[0], table[1], table[2]) = (600, 0, 0xffffffff); // the last is −1: outside
        constants.push(tensor(I32, table));
        constants.push(_random(I32, 300, 3));
        outputs.push(_random(F32, 1, 4));
        outputs.push(_random(I32, 3, 5));

        bytes[] memory inputs = new bytes[](7);
        inputs[0] = Encode.input(NODE, 1, I32, 3, 0, Encode.perDimension(1));
        inputs[1] = Encode.input(STATE, 1, U8, 5, 0, Encode.perDimension(2));
        inputs[2] = Encode.input(CONST, 0, I32, 3, 0, Encode.perDimension(1));
        inputs[3] = Encode.input(DATA, 0, I32, 700, 0, Encode.perDimension(0));
        inputs[4] = Encode.input(CONST, 1, I32, 300, 0, Encode.perDimension(1));
        inputs[5] = Encode.input(CONST, 1, I32, 300, 0, Encode.perDimension(0));
        inputs[6] = Encode.input(STATE, 1, U8, 5, 4, Encode.perDimension(1));
        bytes memory body = bytes.concat(
            Encode.op(0, 0),
            Encode.op(0, 1),
            Encode.op(0, 2),
            Encode.op(1, 3, 2), // GATHER data0 at r2
            Encode.op(0, 4),
            Encode.op(0, 5),
            Encode.op(0, 6)
        );
        body = bytes.concat(
            body,
            Encode.op(0x30, 0, 1),
            Encode.op(0x30, 7, 3),
            Encode.op(0x30, 8, 4),
            Encode.op(0x30, 9, 5),
            Encode.op(0x30, 10, 6)
        );
        nodes.push(Encode.node(F32, Encode.shape(1), Encode.shape(), 0, new bytes[](0), Encode.imm(3, 0)));
        nodes.push(Encode.node(I32, Encode.shape(3), Encode.shape(), 0, new bytes[](0), Encode.imm(4, 0)));
        nodes.push(Encode.node(I32, Encode.shape(3), Encode.shape(), 0, inputs, body));

        uint256[] memory out = new uint256[](3);
        for (uint256 i = 0; i < 3; i++) {
            unchecked {
                uint256 sum = elementOf(outputs[1], i) + elementOf(statesBefore[1], 2 * i);
                if (i < 2) sum += elementOf(dataSets[0], table[i]);
                sum += elementOf(constants[1], i) + elementOf(constants[1], 0);
                if (i == 0) sum += elementOf(statesBefore[1], 4);
                out[i] = uint32(sum);
            }
        }
        outputs.push(tensor(I32, out));
        statesAfter[0] = outputs[2];

        operands = new Read[](7);
        operands[0] = Read(NODE, 1, 0);
        operands[1] = Read(STATE, 1, 0);
        operands[2] = Read(CONST, 0, 0);
        operands[3] = Read(DATA, 0, 0);
        operands[4] = Read(CONST, 1, 0);
        operands[5] = Read(CONST, 1, 0);
        operands[6] = Read(STATE, 1, 0);
    }

    /// The map's proof at element e: the reads of `_commitMap`, without those outside their tensor.
    function _mapProof(uint64 e, Read[] memory sources)
        private
        returns (GameState memory game, bytes memory proof)
    {
        uint64[7] memory elements = [e, 2 * e, e, e == 0 ? 600 : 0, e, 0, 4];
        bool[7] memory inside = [true, true, true, e < 2, true, true, e == 0];
        Read[] memory operands = new Read[](5 + (e < 2 ? 1 : 0) + (e == 0 ? 1 : 0));
        uint256 n = 0;
        for (uint256 i = 0; i < 7; i++) {
            if (inside[i]) operands[n++] = Read(sources[i].kind, sources[i].index, elements[i]);
        }
        game = elementGame(2, e, 0, 1);
        proof = elementProof(2, e, 0, 1, operands);
    }

    // ------------------------------------------------------------------ asserting

    function _assertWrongType(Read[] memory operands, uint256 expected, uint256 committed) private {
        (GameState memory game, bytes memory proof) = _mapProof(0, operands);
        (Finding finding, bytes32 result, bytes32 claimed) = verifier.adjudicate(abi.encode(game), proof);
        assertTrue(finding == Finding.DIFFERENT, "a node's output of another type");
        assertEq(uint256(result), expected, "the node's type");
        assertEq(uint256(claimed), committed, "the tensor's type");
    }

    function _assertSlot(uint32 slot, uint32 next, Finding expected)
        private
        view
        returns (bytes32 result, bytes32 claimed)
    {
        Finding finding;
        (finding, result, claimed) = verifier.adjudicate(abi.encode(slotGame(slot)), slotProof(slot, next));
        assertEq(uint256(finding), uint256(expected), "finding");
    }

    function _assertReverts(GameState memory game, bytes memory proof) private {
        vm.expectRevert();
        verifier.adjudicate(abi.encode(game), proof);
    }

    function _assertEveryByteIsBound(GameState memory game, bytes memory proof) private view {
        bytes memory state = abi.encode(game);
        (Finding finding,,) = verifier.adjudicate(state, proof);
        assertTrue(finding == Finding.EQUAL, "honest");
        for (uint256 i = 0; i < proof.length; i++) {
            bytes1 honest = proof[i];
            proof[i] = honest ^ bytes1(uint8(1 << (i % 8)));
            try verifier.adjudicate(state, proof) {
                fail(string.concat("byte ", vm.toString(i), " is free"));
            } catch { }
            proof[i] = honest;
        }
    }
}
