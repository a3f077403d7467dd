/// Nodes for development and tests. Entry type: [dev.verdict.contracts.node.AnvilNode], Foundry's anvil as a child
/// process.
///
/// Thread-safety: a node may be used by many threads.
@NullMarked
package dev.verdict.contracts.node;

import org.jspecify.annotations.NullMarked;
