/// Data sets in the formats that people have them in, as tensors.
///
/// Entry type: [dev.verdict.learning.data.LabelledImages]. Thread-safety: stateless.
@NullMarked
package dev.verdict.learning.data;

import org.jspecify.annotations.NullMarked;
