/// What tests of several modules share, published as the test jar of `repops`: seeded generators and the golden files.
@NullMarked
package dev.verdict.repops.testing;

import org.jspecify.annotations.NullMarked;
