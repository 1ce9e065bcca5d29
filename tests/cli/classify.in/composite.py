# SPDX-License-Identifier: MIT OR Apache-2.0
# The pictures: SPDX-License-Identifier: CC-BY-4.0
