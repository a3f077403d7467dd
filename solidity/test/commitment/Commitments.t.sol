// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Vm } from "../Vm.sol";
import { TestBase } from "../TestBase.sol";
import { CommitmentHarness } from "./CommitmentHarness.sol";
import { PlainTensor } from "./PlainTensor.sol";

/// @notice The libraries of SPEC §4 against testdata/commitments.json, which an independent implementation made.
contract CommitmentsTest is TestBase {
    uint256 private constant TENSORS = 36;
    uint256 private constant VECTORS = 34;

    CommitmentHarness private harness = new CommitmentHarness();

    struct TensorCase {
        uint8 dtype;
        uint64 numel;
        uint64 element;
        bytes32 root;
        bytes chunk;
        bytes path;
        bytes data;
    }

    function test_tensorsOfTheGoldenFile_openWhereTheySayAndNowhereElse() public view {
        string memory json = vm.readFile("../testdata/commitments.json");
        uint256 read = 0;
        for (; vm.keyExistsJson(json, _key("tensors", read, "root")); read++) {
            TensorCase memory t = _readTensor(json, read);
            bytes memory head = PlainTensor.preimage(t.dtype, t.data);

            (uint8 dtype, uint64 numel, uint256 bits, bytes32 root) =
                harness.openTensor(t.element, bytes.concat(head, t.chunk, t.path));
            assertEq(root, t.root, "root");
            assertEq(dtype, t.dtype, "dtype");
            assertEq(numel, t.numel, "numel");
            assertEq(bits, _element(t.data, t.dtype, t.element), "element");

            _assertMutationsFail(t, head);
        }
        assertEq(read, TENSORS, "tensors read");
    }

    function test_vectorsOfTheGoldenFile_openWhereTheySayAndNowhereElse() public view {
        string memory json = vm.readFile("../testdata/commitments.json");
        uint256 read = 0;
        for (; vm.keyExistsJson(json, _key("vectors", read, "root")); read++) {
            uint64 length = uint64(vm.parseJsonUint(json, _key("vectors", read, "length")));
            uint64 index = uint64(vm.parseJsonUint(json, _key("vectors", read, "index")));
            bytes32 root = vm.parseJsonBytes32(json, _key("vectors", read, "root"));
            bytes memory path = _path(json, _key("vectors", read, "path"));
            bytes32 leaf = sha256(abi.encodePacked(uint32(index)));
            bytes memory opening = bytes.concat(leaf, path);

            (bytes32 openedLeaf, bytes32 openedRoot) = harness.openVector(index, length, opening);
            assertEq(openedLeaf, leaf, "leaf");
            assertEq(openedRoot, root, "root");
            assertEq(
                harness.stateRoot(uint64(vm.parseJsonUint(json, _key("vectors", read, "step"))), root),
                vm.parseJsonBytes32(json, _key("vectors", read, "state")),
                "state"
            );

            _assertVectorFails(index, length + 1, opening, root);
            _assertVectorFails(index, length - 1, opening, root);
            _assertVectorFails(index + 1, length, opening, root);
            if (index > 0) _assertVectorFails(index - 1, length, opening, root);
            _assertVectorFails(length, length, opening, root);
            for (uint256 place = 0; place < opening.length; place += 7) {
                _assertVectorFails(index, length, _flip(opening, place), root);
            }
        }
        assertEq(read, VECTORS, "vectors read");
    }

    function _assertMutationsFail(TensorCase memory t, bytes memory head) private view {
        bytes memory opening = bytes.concat(head, t.chunk, t.path);
        // A flipped bit in dtype, numel, tree, chunk or path.
        for (uint256 place = 0; place < opening.length; place += place < head.length ? 1 : 61) {
            _assertTensorFails(t.element, _flip(opening, place), t.root);
        }
        // A chunk that is short or long by one byte.
        _assertTensorFails(
            t.element, bytes.concat(head, PlainTensor.slice(t.chunk, 0, t.chunk.length - 1), t.path), t.root
        );
        _assertTensorFails(t.element, bytes.concat(head, t.chunk, hex"00", t.path), t.root);
        // Another chunk's place, and elements that don't exist.
        uint64 perChunk = uint64(1024 / PlainTensor.width(t.dtype));
        if (t.element >= perChunk) _assertTensorFails(t.element - perChunk, opening, t.root);
        if (t.element + perChunk < t.numel) _assertTensorFails(t.element + perChunk, opening, t.root);
        _assertTensorFails(t.numel, opening, t.root);
        _assertTensorFails(type(uint64).max, opening, t.root);
    }

    function _assertTensorFails(uint64 element, bytes memory opening, bytes32 root) private view {
        try harness.openTensor(element, opening) returns (uint8, uint64, uint256, bytes32 other) {
            assertNotEq(other, root, "a wrong opening leads to the tensor's root");
        } catch { }
    }

    function _assertVectorFails(uint64 index, uint64 length, bytes memory opening, bytes32 root)
        private
        view
    {
        try harness.openVector(index, length, opening) returns (bytes32, bytes32 other) {
            assertNotEq(other, root, "a wrong opening leads to the vector's root");
        } catch { }
    }

    function _readTensor(string memory json, uint256 i) private pure returns (TensorCase memory t) {
        bytes32 name = keccak256(bytes(vm.parseJsonString(json, _key("tensors", i, "dtype"))));
        t.dtype = name == keccak256("f32") ? 0 : name == keccak256("i32") ? 1 : 2;
        t.numel = uint64(vm.parseJsonUint(json, _key("tensors", i, "numel")));
        t.root = vm.parseJsonBytes32(json, _key("tensors", i, "root"));
        uint256 chunk = vm.parseJsonUint(json, _key("tensors", i, "chunk"));
        uint256 chunkLength = vm.parseJsonUint(json, _key("tensors", i, "chunkLength"));
        t.data = _data(t.dtype, t.numel, uint32(vm.parseJsonUint(json, _key("tensors", i, "seed"))));
        t.chunk = PlainTensor.slice(t.data, chunk * 1024, chunk * 1024 + chunkLength);
        t.path = _path(json, _key("tensors", i, "path"));
        // The last element of the chunk.
        t.element = uint64((chunk * 1024 + chunkLength) / PlainTensor.width(t.dtype) - 1);
    }

    /// As the file's `about` has it.
    function _data(uint8 dtype, uint64 numel, uint32 seed) private pure returns (bytes memory data) {
        uint256 width = PlainTensor.width(dtype);
        data = new bytes(numel * width);
        uint32 x = seed;
        unchecked {
            for (uint256 i = 0; i < numel; i++) {
                x = x * 1664525 + 1013904223;
                if (dtype == 2) {
                    data[i] = bytes1(uint8(x >> 24));
                } else {
                    uint32 bits = dtype == 0 && (x & 0x7fffffff) > 0x7f800000 ? 0x7fc00000 : x;
                    for (uint256 b = 0; b < 4; b++) {
                        data[4 * i + b] = bytes1(uint8(bits >> (8 * b)));
                    }
                }
            }
        }
    }

    function _element(bytes memory data, uint8 dtype, uint256 i) private pure returns (uint256 bits) {
        uint256 width = PlainTensor.width(dtype);
        for (uint256 b = width; b > 0; b--) {
            bits = bits << 8 | uint8(data[i * width + b - 1]);
        }
    }

    function _path(string memory json, string memory key) private pure returns (bytes memory path) {
        bytes32[] memory hashes = vm.parseJsonBytes32Array(json, key);
        for (uint256 i = 0; i < hashes.length; i++) {
            path = bytes.concat(path, hashes[i]);
        }
    }

    function _flip(bytes memory data, uint256 place) private pure returns (bytes memory flipped) {
        flipped = bytes.concat(data);
        flipped[place] ^= 0x10;
    }

    function _key(string memory list, uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".", list, "[", vm.toString(i), "].", field);
    }
}
