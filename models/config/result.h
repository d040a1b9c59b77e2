#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace awb {

/// Why something failed, in the three parts that every message to a person has.
struct Error {
    std::string what;   ///< what happened, a sentence without its full stop
    std::string where;  ///< to what: a file and line, a JSON pointer, a tensor name; may be empty
    std::string advice; ///< what the person can do; may be empty

    /// "where: what. advice." with the empty parts left out.
    std::string message() const;

    bool operator==(const Error&) const = default;
};

/// The value, or why there is none. Used wherever failure is normal (files, formats, user input).
template<typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string what, std::string where = {}, std::string advice = {}) {
    return tl::unexpected<Error>(Error{std::move(what), std::move(where), std::move(advice)});
}

inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

} // namespace awb
