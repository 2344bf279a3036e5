// The installed header in C++: the types are complete enough for smart pointers, the names have C linkage.
//
// Prints the state and value of one decision of a record given as JSON. It must not use anything but the header.
//
// usage: client-cpp DAY DECISION JSON POLICY...
#include <proviso.h>

#include <iostream>
#include <memory>
#include <string>

namespace {

template <typename T, void (*release)(T *)> struct Release {
    void operator()(T *object) const { release(object); }
};
using Set = std::unique_ptr<proviso_set, Release<proviso_set, proviso_set_release>>;
using Program = std::unique_ptr<proviso_program, Release<proviso_program, proviso_program_release>>;
using Record = std::unique_ptr<proviso_record, Release<proviso_record, proviso_record_release>>;
using Answer = std::unique_ptr<proviso_answer, Release<proviso_answer, proviso_answer_release>>;

Program load(int count, char **paths) {
    proviso_set *set = nullptr;
    proviso_program *program = nullptr;
    const auto status = proviso_load(paths, static_cast<size_t>(count), &set, &program);
    const Set owned(set);
    if (status != PROVISO_OK)
        std::cerr << proviso_set_message(set) << '\n';
    return Program(program);
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 5 || proviso_abi() != PROVISO_ABI)
        return 2;
    const Program program = load(argc - 4, argv + 4);
    proviso_record *made = nullptr;
    if (!program || proviso_record_new(program.get(), &made) != PROVISO_OK)
        return 1;
    const Record record(made);
    const std::string json = argv[3];
    proviso_answer *given = nullptr;
    if (proviso_record_read_json(record.get(), json.data(), json.size()) != PROVISO_OK ||
        proviso_evaluate(record.get(), argv[1], nullptr, &given) != PROVISO_OK) {
        std::cerr << proviso_record_message(record.get()) << '\n';
        return 1;
    }
    const Answer answer(given);
    const proviso_decision *decision = proviso_answer_decision(answer.get(), argv[2]);
    if (!decision)
        return 1;
    std::cout << proviso_state_name(proviso_decision_state(decision)) << ' ' << proviso_decision_text(decision)
              << '\n';
    return 0;
}
