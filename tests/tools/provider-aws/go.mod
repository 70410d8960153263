module tools

go 1.24

require github.com/crossplane-contrib/provider-aws v0.58.0
