// A host of a guest module, by version 1 of the interface of function-wasm, on wazero: `wazero-host MODULE`. It takes the
// same commands as the one on wasmtime beside it.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

type guest struct {
	module     api.Module
	alloc, run api.Function
}

func (g guest) answer(ctx context.Context, request []byte) []byte {
	place := must(g.alloc.Call(ctx, uint64(len(request))))[0]
	if !g.module.Memory().Write(uint32(place), request) {
		panic("the buffer is not in the memory")
	}
	return g.call(ctx, int32(place), int32(len(request)))
}

func (g guest) call(ctx context.Context, place, size int32) []byte {
	packed := must(g.run.Call(ctx, api.EncodeI32(place), api.EncodeI32(size)))[0]
	response, ok := g.module.Memory().Read(uint32(packed>>32), uint32(packed))
	if !ok {
		panic("the response is not in the memory")
	}
	return slices.Clone(response)
}

func main() {
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	compiled := must(runtime.CompileModule(ctx, must(os.ReadFile(os.Args[1]))))
	if imports := len(compiled.ImportedFunctions()) + len(compiled.ImportedMemories()); imports > 0 {
		panic(fmt.Sprintf("the module imports %d things", imports))
	}
	instance := func() guest {
		config := wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize")
		module := must(runtime.InstantiateModule(ctx, compiled, config))
		return guest{module, module.ExportedFunction("wasmfn_alloc"), module.ExportedFunction("wasmfn_run")}
	}
	one := instance()
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		words := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		last := words[len(words)-1]
		var answer string
		switch words[0] {
		case "run":
			answer = hex.EncodeToString(one.answer(ctx, must(hex.DecodeString(last))))
		case "fresh":
			other := instance()
			answer = hex.EncodeToString(other.answer(ctx, must(hex.DecodeString(last))))
			other.module.Close(ctx)
		case "alloc":
			answer = strconv.Itoa(int(api.DecodeI32(must(one.alloc.Call(ctx, api.EncodeI32(number(last))))[0])))
		case "call":
			answer = hex.EncodeToString(one.call(ctx, number(words[1]), number(words[2])))
		case "pages":
			answer = strconv.Itoa(int(one.module.Memory().Size() / 65536))
		case "repeat":
			request := must(hex.DecodeString(last))
			for range number(words[1]) {
				one.answer(ctx, request)
			}
			answer = strconv.Itoa(int(one.module.Memory().Size() / 65536))
		case "time":
			request := must(hex.DecodeString(last))
			count := int(number(words[1]))
			instances := median(count, func() { instance().module.Close(ctx) })
			calls := median(count, func() { one.answer(ctx, request) })
			answer = fmt.Sprintf("%d %d", instances.Microseconds(), calls.Microseconds())
		default:
			panic("no command: " + line)
		}
		fmt.Println(answer)
	}
}

func median(count int, what func()) time.Duration {
	var took []time.Duration
	for range count {
		start := time.Now()
		what()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	return took[count/2]
}

func number(text string) int32 {
	return int32(must(strconv.ParseInt(text, 10, 32)))
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
