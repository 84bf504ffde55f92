#include "keys/environment.hpp"
