/* The stub's bitcode inside the plugin; SCOPE_STUB_BITCODE is the path of the file. */
        .section .rodata
        .balign 8
        .globl scope_stub_bitcode_begin
        .hidden scope_stub_bitcode_begin
scope_stub_bitcode_begin:
        .incbin SCOPE_STUB_BITCODE
        .globl scope_stub_bitcode_end
        .hidden scope_stub_bitcode_end
scope_stub_bitcode_end:
        .section .note.GNU-stack,"",@progbits
