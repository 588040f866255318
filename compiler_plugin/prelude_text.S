/* The prelude's text inside the plugin; SCOPE_PRELUDE is the path of the file. */
        .section .rodata
        .globl scope_prelude_begin
        .hidden scope_prelude_begin
scope_prelude_begin:
        .incbin SCOPE_PRELUDE
        .byte 0
        .globl scope_prelude_end
        .hidden scope_prelude_end
scope_prelude_end:
        .section .note.GNU-stack,"",@progbits
